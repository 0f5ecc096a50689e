alter table reviews add column releasable boolean not null default true;
