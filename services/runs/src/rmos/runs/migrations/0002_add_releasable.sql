alter table artifacts add column releasable boolean not null default true;
