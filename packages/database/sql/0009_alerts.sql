-- Incidents, the rules that raise them, and the times in which nobody wants to hear of them.

-- ---------- incidents ----------

-- An incident is born in Redis and recorded here afterwards; `version` is Redis' and decides what is newer.
create table incident (
  id uuid primary key,
  version integer not null,
  -- The serial of a device; site:<id>, area:<name> or platform:<name> for what is none.
  scope text not null,
  device_id integer references device (id),
  site_id integer references site (id) on delete set null,
  -- Whose it was when it was raised.
  organisation_id integer not null references organisation (id),
  rule text not null,
  rule_name text not null,
  class text not null,
  subject text,
  severity text not null check (severity in ('warning', 'minor', 'major', 'critical')),
  state text not null check (state in ('open', 'acknowledged', 'shelved', 'cleared')),
  since timestamptz not null,
  raised_at timestamptz not null,
  changed_at timestamptz not null,
  acknowledged_at timestamptz,
  acknowledged_by text,
  shelved_until timestamptz,
  cleared_at timestamptz,
  clear_reason text,
  assignee_id integer references app_user (id),
  repeats integer not null default 0,
  -- False = explained by another incident, muted or shelved: nobody was told.
  announced boolean not null,
  flapping boolean not null default false,
  parent_id uuid,
  value double precision,
  threshold double precision,
  unit text,
  text text not null,
  advice text
);
-- One open incident of one device, rule and subject. One that Redis lost is closed by the recorder before the next is written.
create unique index incident_open on incident (scope, rule, coalesce(subject, '')) where state <> 'cleared';
create index incident_newest on incident (raised_at desc, id desc);
create index incident_of_organisation on incident (organisation_id, raised_at desc);
create index incident_of_device on incident (device_id, raised_at desc);
create index incident_members on incident (parent_id) where parent_id is not null;
create index incident_cleared on incident (cleared_at) where cleared_at is not null;

-- What happened to an incident, by the platform and by people.
create table incident_event (
  id bigint generated always as identity primary key,
  incident_id uuid not null references incident (id) on delete cascade,
  at timestamptz not null,
  kind text not null check (kind in ('raised', 'repeated', 'acknowledged', 'shelved', 'cleared', 'commented', 'assigned')),
  -- The incident's version after it; null for what people say about it.
  version integer,
  user_id integer references app_user (id),
  actor text,
  severity text,
  value double precision,
  text text not null default '',
  unique (incident_id, version)
);
create index on incident_event (incident_id, id);

-- ---------- rules ----------

-- Rules that organisations add to the catalogue's: they hold for the organisation and everything below it.
create table alert_rule (
  id text primary key,
  organisation_id integer not null references organisation (id),
  rule jsonb not null,
  version integer not null default 1,
  changed_at timestamptz not null default now(),
  changed_by text not null
);
create index on alert_rule (organisation_id);

create table alert_rule_override (
  id integer generated always as identity primary key,
  rule text not null,
  scope text not null check (scope in ('model', 'organisation', 'site', 'device')),
  -- Model name, organisation id, site id or serial number.
  scope_id text not null,
  -- Whose override it is: the organisation itself, the one of the site or device, the manufacturer for a model.
  organisation_id integer not null references organisation (id),
  changes jsonb not null,
  version integer not null default 1,
  changed_at timestamptz not null default now(),
  changed_by text not null,
  unique (rule, scope, scope_id)
);
create index on alert_rule_override (organisation_id);

-- ---------- maintenance ----------

-- Incidents that begin in a window are recorded and nobody is told.
create table maintenance_window (
  id integer generated always as identity primary key,
  organisation_id integer not null references organisation (id),
  site_id integer references site (id) on delete cascade,
  device_id integer references device (id) on delete cascade,
  starts_at timestamptz not null,
  ends_at timestamptz not null check (ends_at > starts_at),
  -- Weekly ones come again at the same local time of their zone until `repeats_until`.
  repeats text not null default 'never' check (repeats in ('never', 'weekly')),
  repeats_until timestamptz,
  time_zone text not null,
  reason text not null,
  created_by text not null,
  created_at timestamptz not null default now()
);
create index on maintenance_window (organisation_id);

-- ---------- what the API's role sees ----------

grant select, update (assignee_id) on incident to stella_api;
grant select, insert on incident_event to stella_api;
grant select, insert, update, delete on alert_rule, alert_rule_override, maintenance_window to stella_api;

alter table incident enable row level security;
create policy of_scope on incident to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));
alter table incident_event enable row level security;
create policy of_incident on incident_event to stella_api
  using ((select stella_sees_all()) or exists (select from incident where incident.id = incident_id));
alter table alert_rule enable row level security;
create policy of_scope on alert_rule to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));
alter table alert_rule_override enable row level security;
create policy of_scope on alert_rule_override to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));
alter table maintenance_window enable row level security;
create policy of_scope on maintenance_window to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));

-- ---------- what comes from above, and what ends with an owner ----------

-- The organisations from the top of the tree down to one, that one last. Rules and overrides of all of them hold for its devices.
create function stella_organisation_path(wanted integer) returns integer[] language sql stable security definer
  set search_path from current as $$
  with recursive path as (
    select id, parent_id, 0 as depth from organisation where id = wanted
    union all
    select parent.id, parent.parent_id, depth + 1 from organisation parent join path on parent.id = path.parent_id
  )
  select coalesce(array_agg(id order by depth desc), '{}') from path
$$;

-- The organisations above those of the scope.
create function stella_above() returns integer[] language sql stable security definer set search_path from current as $$
  with recursive above as (
    select parent_id as id from organisation where id = any (stella_scope())
    union
    select parent.parent_id from organisation parent join above on parent.id = above.id
  )
  select coalesce(array_agg(id), '{}') from above where id is not null
$$;

-- Whoever is told by a rule may read it.
create policy of_above on alert_rule for select to stella_api
  using (organisation_id = any ((select stella_above())::integer[]));
create policy of_above on alert_rule_override for select to stella_api
  using (scope in ('model', 'organisation') and organisation_id = any ((select stella_above())::integer[]));

-- A new owner begins with their own rules, and without the windows of the one before.
create function stella_forget_alert_settings() returns trigger language plpgsql security definer set search_path from current as $$
begin
  if new.organisation_id <> old.organisation_id then
    delete from alert_rule_override where scope = 'device' and scope_id = new.serial;
    delete from maintenance_window where device_id = new.id;
  end if;
  return null;
end $$;
create trigger forget_alert_settings after update of organisation_id on device
  for each row execute function stella_forget_alert_settings();
