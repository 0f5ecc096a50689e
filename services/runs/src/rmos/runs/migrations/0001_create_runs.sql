create table timeline (
    job_id text not null, subject text not null, seen_at timestamptz not null default now(),
    primary key (job_id, subject));
create table artifacts (
    job_id text primary key, run_id text not null unique, status text not null, risk text not null,
    needs_review boolean not null, record bytea not null, record_sha256 text not null,
    program jsonb, recorded_at timestamptz not null default now());
create index artifacts_recorded_at on artifacts (recorded_at desc);
create table entries (
    id bigint generated always as identity primary key, job_id text not null references artifacts (job_id),
    kind text not null, body bytea not null, sha256 text not null, added_at timestamptz not null default now());
create index entries_job on entries (job_id, id);
create function refuse_change() returns trigger language plpgsql as $$
begin raise exception 'records are written once: % on % refused', tg_op, tg_table_name; end $$;
create trigger artifacts_written_once before update or delete or truncate on artifacts
    for each statement execute function refuse_change();
create trigger entries_written_once before update or delete or truncate on entries
    for each statement execute function refuse_change();
