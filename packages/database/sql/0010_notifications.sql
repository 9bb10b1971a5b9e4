-- What people want to be told and how, and what became of it.

-- Without a row the defaults hold.
create table notification_preference (
  user_id integer primary key references app_user (id) on delete cascade,
  preferences jsonb not null,
  changed_at timestamptz not null default now()
);

-- Who is told next while nobody acknowledges a critical or major incident of the organisation, or of one below it that has no
-- list of its own.
create table escalation_step (
  organisation_id integer not null references organisation (id) on delete cascade,
  position integer not null check (position between 1 and 20),
  user_id integer not null references app_user (id) on delete cascade,
  -- Since the incident was raised.
  after_minutes integer not null check (after_minutes between 1 and 10080),
  primary key (organisation_id, position)
);
create index on escalation_step (user_id);

-- Addresses that a mail server refused for good: nothing more is sent there until the person sends themselves a test.
create table suppressed_address (
  address text primary key,
  reason text not null,
  since timestamptz not null default now()
);

-- What was handed over, once for each bundle and channel.
create table notification_delivery (
  id bigint generated always as identity primary key,
  bundle_id uuid not null,
  user_id integer not null references app_user (id) on delete cascade,
  at timestamptz not null,
  channel text not null check (channel in ('email', 'sms')),
  recipient text not null,
  subject text not null,
  alerts integer not null,
  outcome text not null check (outcome in ('sent', 'outbox', 'failed')),
  failure text,
  unique (bundle_id, channel)
);
create index on notification_delivery (user_id, id desc);
create index on notification_delivery (at);

-- What the gateway for text messages says at last. It may come before the delivery itself is recorded.
create table sms_status (
  bundle_id uuid primary key,
  is_delivered boolean not null,
  failure text,
  at timestamptz not null default now()
);

-- Without a mail server or a gateway for text messages they wait here to be read, as mails do.
alter table mail_outbox add column kind text not null default 'account' check (kind in ('account', 'alerts', 'sms', 'report')),
  -- The same bundle is put in once.
  add column bundle_id uuid;
create unique index on mail_outbox (bundle_id, kind) where bundle_id is not null;

-- Who was sent the report of which month ('2026-11'): once, whoever sends it, and whatever happens meanwhile.
create table monthly_report_mail (
  user_id integer not null references app_user (id) on delete cascade,
  month text not null check (month ~ '^[0-9]{4}-[0-9]{2}$'),
  at timestamptz not null default now(),
  primary key (user_id, month)
);

-- ---------- what the API's role sees ----------

grant select, insert, update on notification_preference to stella_api;
grant select, insert, delete on escalation_step to stella_api;
grant select, delete on suppressed_address to stella_api;
grant select on notification_delivery to stella_api;
grant select, insert on monthly_report_mail to stella_api;
grant select, insert, update on sms_status to stella_api;

-- Of people who can be seen; the routes ask for one's own.
alter table notification_preference enable row level security;
create policy of_person on notification_preference to stella_api
  using ((select stella_sees_all()) or exists (select from app_user where app_user.id = user_id));
alter table escalation_step enable row level security;
create policy of_scope on escalation_step to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));
alter table suppressed_address enable row level security;
create policy of_person on suppressed_address to stella_api
  using ((select stella_sees_all()) or exists (select from app_user where email = address));
alter table notification_delivery enable row level security;
create policy of_person on notification_delivery to stella_api
  using ((select stella_sees_all()) or exists (select from app_user where app_user.id = user_id));
alter table monthly_report_mail enable row level security;
create policy of_platform on monthly_report_mail to stella_api using ((select stella_sees_all()));
alter table sms_status enable row level security;
create policy of_person on sms_status to stella_api
  using ((select stella_sees_all())
    or exists (select from notification_delivery where notification_delivery.bundle_id = sms_status.bundle_id));
