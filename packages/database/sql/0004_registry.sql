-- Claiming: who holds a device's code may make it theirs. One code per device at a time; only the SHA-256 of its 80 bits is kept.
create table claim_code (
  device_id integer primary key references device (id),
  -- Whose device it was when the code was made: a code of an earlier owner is worth nothing.
  organisation_id integer not null references organisation (id),
  code_sha256 bytea not null check (octet_length(code_sha256) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  wrong_tries smallint not null default 0
);

-- Used codes are deleted, and a new one takes the place of the one before.
grant select, insert, update, delete on claim_code to stella_api;
alter table claim_code enable row level security;
create policy of_scope on claim_code to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));

-- A code dies with the ownership, whichever way that ends.
create function stella_drop_claim_code() returns trigger language plpgsql security definer set search_path from current as $$
begin
  delete from claim_code where device_id = new.id;
  return null;
end $$;
create trigger drop_claim_code after update of organisation_id on device
  for each row when (new.organisation_id <> old.organisation_id) execute function stella_drop_claim_code();
