create table reviews (
    review_id text primary key, job_id text not null, record_sha256 text not null, reasons text[] not null,
    status text not null default 'waiting' check (status in ('waiting', 'approve', 'reject')),
    reviewer text, reason text, opened_at timestamptz not null default now(), decided_at timestamptz);
create index reviews_waiting on reviews (opened_at) where status = 'waiting';
