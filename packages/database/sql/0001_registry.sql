-- Who owns what: organisations, sites, people, devices and their secrets.

create table organisation (
  id integer generated always as identity primary key,
  parent_id integer references organisation (id),
  kind text not null check (kind in ('manufacturer', 'reseller', 'customer')),
  name text not null check (name <> ''),
  created_at timestamptz not null default now(),
  unique nulls not distinct (parent_id, name)
);

create table site (
  id integer generated always as identity primary key,
  organisation_id integer not null references organisation (id),
  name text not null check (name <> ''),
  kind text not null default 'building',
  time_zone text not null,
  latitude double precision check (latitude between -90 and 90),
  longitude double precision check (longitude between -180 and 180),
  address text,
  created_at timestamptz not null default now(),
  unique (organisation_id, name)
);

create table app_user (
  id integer generated always as identity primary key,
  organisation_id integer not null references organisation (id),
  email text not null check (email = lower(email)) unique,
  name text not null,
  role text not null check (role in ('viewer', 'operator', 'installer', 'administrator')),
  password_hash text not null,
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);
create index on app_user (organisation_id);

create table device (
  id integer generated always as identity primary key,
  serial text not null unique,
  organisation_id integer not null references organisation (id),
  site_id integer references site (id),
  model text not null,
  name text not null,
  state text not null default 'active' check (state in ('registered', 'active', 'suspended', 'retired')),
  created_at timestamptz not null default now(),
  activated_at timestamptz
);
create index on device (organisation_id);
create index on device (site_id);

-- A device has one secret, and for a while two when it is changed. Only the SHA-256 is kept.
create table device_credential (
  id integer generated always as identity primary key,
  device_id integer not null references device (id),
  secret_sha256 bytea not null check (octet_length(secret_sha256) = 32),
  created_at timestamptz not null default now(),
  revoked_at timestamptz,
  unique (device_id, secret_sha256)
);
