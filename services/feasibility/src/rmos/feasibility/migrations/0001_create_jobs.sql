create table jobs (job_id text primary key, request_sha256 text not null, seen_at timestamptz not null default now());
