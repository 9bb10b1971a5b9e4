-- People belong to organisations with roles, devices to one owner at a time, and row-level security keeps what a forgotten
-- filter would leak.
--
-- Two roles: the owner of these tables, which ingests and owns history and is no superuser, and stella_api, whose every
-- transaction carries a scope: `set local stella.scope = 'all'` or `'{1,2,3}'`, the organisations whose rows it may touch.
-- Without one it sees nothing. Row-level security does not bind the owner.

do $$
begin
  if not exists (select from pg_roles where rolname = 'stella_api') then
    create role stella_api nologin;
  end if;
exception
  when duplicate_object or unique_violation then null; -- another database of this server was quicker
  when insufficient_privilege then
    raise exception 'the role stella_api is missing. An administrator of the server makes it: CREATE ROLE stella_api NOLOGIN; GRANT stella_api TO %;', current_user;
end $$;
do $$
begin
  if not pg_has_role(current_user, 'stella_api', 'member') then
    execute format('grant stella_api to %I', current_user);
  end if;
end $$;

-- ---------- people ----------

create table membership (
  user_id integer not null references app_user (id) on delete cascade,
  organisation_id integer not null references organisation (id),
  role text not null check (role in ('viewer', 'installer', 'operator', 'administrator')),
  created_at timestamptz not null default now(),
  primary key (user_id, organisation_id)
);
create index on membership (organisation_id);
insert into membership (user_id, organisation_id, role) select id, organisation_id, role from app_user;
-- The account stays with one organisation, whose administrators look after it; what its owner may do, memberships say.
alter table app_user drop column role;

-- ---------- organisations ----------

create function stella_check_organisation() returns trigger language plpgsql as $$
declare
  parent_kind text;
begin
  if tg_op = 'UPDATE' and (new.kind <> old.kind or new.parent_id is distinct from old.parent_id) then
    raise exception 'an organisation keeps its kind and its place' using errcode = 'check_violation';
  end if;
  select kind into parent_kind from organisation where id = new.parent_id;
  if tg_op = 'INSERT' and not coalesce(
    (new.kind = 'manufacturer' and new.parent_id is null)
    or (new.kind = 'reseller' and parent_kind in ('manufacturer', 'reseller'))
    or (new.kind = 'customer' and parent_kind in ('manufacturer', 'reseller', 'customer')), false)
  then
    raise exception 'a % cannot be below a %', new.kind, coalesce(parent_kind, 'nobody') using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger check_organisation before insert or update on organisation
  for each row execute function stella_check_organisation();

-- ---------- devices ----------

alter table device drop constraint device_state_check;
update device set state = 'manufactured' where state = 'registered';
alter table device
  add constraint device_state_check
    check (state in ('manufactured', 'claimed', 'active', 'suspended', 'revoked', 'retired')),
  add column tags text[] not null default '{}',
  add column notes text not null default '',
  -- Where in the building, in words: "3rd floor, riser B".
  add column location text not null default '',
  add column latitude double precision check (latitude between -90 and 90),
  add column longitude double precision check (longitude between -180 and 180),
  add column state_changed_at timestamptz not null default now();

-- Whose a device was, and when. The new owner sees history from then on, the old one up to then.
create table device_ownership (
  device_id integer not null references device (id),
  organisation_id integer not null references organisation (id),
  since timestamptz not null,
  until timestamptz not null default 'infinity' check (since < until),
  primary key (device_id, since)
);
create index on device_ownership (organisation_id);
insert into device_ownership (device_id, organisation_id, since) select id, organisation_id, '-infinity' from device;

-- Kept by a trigger, so that no way of changing a device's owner can forget it.
create function stella_note_ownership() returns trigger language plpgsql security definer set search_path from current as $$
begin
  if tg_op = 'INSERT' then
    insert into device_ownership (device_id, organisation_id, since) values (new.id, new.organisation_id, '-infinity');
  elsif new.organisation_id <> old.organisation_id then
    delete from device_ownership where device_id = new.id and since >= now();
    update device_ownership set until = now() where device_id = new.id and until = 'infinity';
    insert into device_ownership (device_id, organisation_id, since) values (new.id, new.organisation_id, now());
  end if;
  return null;
end $$;
create trigger note_ownership after insert or update of organisation_id on device
  for each row execute function stella_note_ownership();

create function stella_note_state() returns trigger language plpgsql as $$
begin
  if new.state <> old.state then new.state_changed_at := now(); end if;
  return new;
end $$;
create trigger note_state before update of state on device for each row execute function stella_note_state();

-- ---------- audit ----------

-- Who did what to whom. Append-only: also its owner cannot change or remove a row.
create table audit_event (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- Whose log this is in.
  organisation_id integer not null references organisation (id),
  -- Null = the platform itself, or somebody at the server's command line.
  user_id integer references app_user (id),
  actor text not null,
  address text,
  action text not null,
  object_kind text not null,
  object_id text not null,
  before jsonb,
  after jsonb
);
create index on audit_event (organisation_id, id);
create index on audit_event (object_kind, object_id, id);

create function stella_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;
create trigger append_only before update or delete or truncate on audit_event
  for each statement execute function stella_refuse_change();

-- ---------- what the API's role sees ----------

create function stella_sees_all() returns boolean language sql stable parallel safe as
$$ select coalesce(current_setting('stella.scope', true), '') = 'all' $$;

create function stella_scope() returns integer[] language sql stable parallel safe as
$$ select case when current_setting('stella.scope', true) like '{%' then current_setting('stella.scope', true)::integer[] else '{}' end $$;

-- History is opened one device at a time, for the times in which the device was somebody's of the scope. Reading what was not
-- opened returns nothing. A check of every row against the registry would cost a chart more than its reading.
create function stella_open_history(wanted integer) returns void language sql as $$
  select set_config('stella.history_device', wanted::text, true),
    set_config('stella.history_times', coalesce(
      (select range_agg(tstzrange(since, until))::text from device_ownership where device_id = wanted), '{}'), true)
$$;
create function stella_history_device() returns integer language sql stable parallel safe as
$$ select nullif(current_setting('stella.history_device', true), '')::integer $$;
create function stella_history_times() returns tstzmultirange language sql stable parallel safe as
$$ select coalesce(nullif(current_setting('stella.history_times', true), ''), '{}')::tstzmultirange $$;
-- Comparing a moment with a multirange costs 0.3 us, with two moments a tenth: a device that was theirs only once needs no more.
create function stella_history_since() returns timestamptz language sql stable parallel safe as
$$ select coalesce(lower(stella_history_times()), 'infinity') $$;
create function stella_history_until() returns timestamptz language sql stable parallel safe as
$$ select coalesce(upper(stella_history_times()), '-infinity') $$;
create function stella_history_is_whole() returns boolean language sql stable parallel safe as
$$ select stella_history_times() = tstzmultirange(range_merge(stella_history_times())) $$;

grant usage on schema public to stella_api;
grant select on schema_migration to stella_api;
grant select, insert, update on organisation, site, app_user, device, device_credential to stella_api;
grant delete on site to stella_api;
grant select, insert, update, delete on membership to stella_api;
grant select on device_ownership, report, report_live, device_hour, band_hour, rollup_due, ledger to stella_api;
grant select, insert on audit_event to stella_api;
grant select, update (replayed_at) on set_aside to stella_api;

-- The sub-selects make PostgreSQL ask once per statement instead of once per row.
alter table organisation enable row level security;
create policy of_scope on organisation to stella_api
  using ((select stella_sees_all()) or id = any ((select stella_scope())::integer[]) or parent_id = any ((select stella_scope())::integer[]))
  with check ((select stella_sees_all()) or id = any ((select stella_scope())::integer[]) or parent_id = any ((select stella_scope())::integer[]));

alter table site enable row level security;
create policy of_scope on site to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));

alter table membership enable row level security;
create policy of_scope on membership to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));

-- An account is seen where it has a membership, and changed where it belongs.
alter table app_user enable row level security;
create policy of_scope on app_user to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));
create policy of_members on app_user for select to stella_api
  using (exists (select from membership where user_id = app_user.id));

alter table device enable row level security;
create policy of_scope on device to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));

alter table device_credential enable row level security;
create policy of_device on device_credential to stella_api
  using ((select stella_sees_all()) or exists (select from device where device.id = device_id));

alter table device_ownership enable row level security;
create policy of_scope on device_ownership to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));

alter table audit_event enable row level security;
create policy of_scope on audit_event to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));

alter table report enable row level security;
create policy opened on report for select to stella_api
  using (device_id = (select stella_history_device())
    and at >= (select stella_history_since()) and at < (select stella_history_until())
    and ((select stella_history_is_whole()) or at <@ (select stella_history_times())));
alter table report_live enable row level security;
create policy opened on report_live for select to stella_api
  using (device_id = (select stella_history_device())
    and at >= (select stella_history_since()) and at < (select stella_history_until())
    and ((select stella_history_is_whole()) or at <@ (select stella_history_times())));
alter table device_hour enable row level security;
create policy opened on device_hour for select to stella_api
  using (device_id = (select stella_history_device())
    and hour >= (select stella_history_since()) and hour < (select stella_history_until())
    and ((select stella_history_is_whole()) or hour <@ (select stella_history_times())));
alter table band_hour enable row level security;
create policy opened on band_hour for select to stella_api
  using (device_id = (select stella_history_device())
    and hour >= (select stella_history_since()) and hour < (select stella_history_until())
    and ((select stella_history_is_whole()) or hour <@ (select stella_history_times())));

alter table rollup_due enable row level security;
create policy opened on rollup_due for select to stella_api using (device_id = (select stella_history_device()));

-- A message belongs to whom its device belonged to when it came. One of a serial that nobody has belongs to nobody: the
-- manufacturer's people alone see it.
alter table set_aside enable row level security;
create policy of_device on set_aside to stella_api
  using ((select stella_sees_all()) or exists (
    select from device join device_ownership on device_id = device.id
    where device.serial = set_aside.serial and received_at >= since and received_at < until));

alter table ledger enable row level security;
create policy of_platform on ledger to stella_api using ((select stella_sees_all()));
