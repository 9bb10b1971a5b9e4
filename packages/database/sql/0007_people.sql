-- How people come in: invitations and password resets by link, and the mails that carry them.

-- ---------- the last administrator ----------

-- An account may belong to one organisation and administer another, whose rows nobody of the first sees: only the database can
-- tell that somebody is the last one. SQLSTATE SA001.
create function stella_keep_administrator() returns trigger
language plpgsql security definer set search_path from current as $$
declare
  top integer;
begin
  if tg_table_name = 'membership' then
    select id into top from organisation where id = old.organisation_id and kind = 'manufacturer';
    if top is null or old.role <> 'administrator' then return coalesce(new, old); end if;
    if tg_op = 'UPDATE' and new.role = 'administrator' then return new; end if;
    if exists (select from app_user where id = old.user_id and disabled_at is not null) then return coalesce(new, old); end if;
  else
    select organisation.id into top from membership join organisation on organisation.id = membership.organisation_id
    where user_id = old.id and role = 'administrator' and kind = 'manufacturer' limit 1;
    if top is null then return new; end if;
  end if;
  -- Two at once wait for each other here, and the second one counts again.
  perform from organisation where id = top for no key update;
  if not exists (
    select from membership join app_user on app_user.id = user_id
    where membership.organisation_id = top and role = 'administrator' and disabled_at is null
      and user_id <> case when tg_table_name = 'membership' then (to_jsonb(old) ->> 'user_id')::integer else (to_jsonb(old) ->> 'id')::integer end
  ) then
    raise exception 'the manufacturer keeps an administrator' using errcode = 'SA001';
  end if;
  return coalesce(new, old);
end $$;
create trigger keep_administrator before update of role or delete on membership
  for each row execute function stella_keep_administrator();
create trigger keep_administrator before update of disabled_at on app_user
  for each row when (old.disabled_at is null and new.disabled_at is not null) execute function stella_keep_administrator();

-- ---------- links ----------

-- Only the SHA-256 of a link's token is kept.
create table invitation (
  id integer generated always as identity primary key,
  organisation_id integer not null references organisation (id),
  email text not null check (email = lower(email)),
  role text not null check (role in ('viewer', 'installer', 'operator', 'administrator')),
  token_sha256 bytea not null unique check (octet_length(token_sha256) = 32),
  -- Who it was, in words.
  invited_by text not null,
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  accepted_at timestamptz,
  revoked_at timestamptz
);
-- One link at a time is good for one address in one organisation.
create unique index on invitation (organisation_id, email) where accepted_at is null and revoked_at is null;

create table password_reset (
  id integer generated always as identity primary key,
  user_id integer not null references app_user (id) on delete cascade,
  token_sha256 bytea not null unique check (octet_length(token_sha256) = 32),
  created_at timestamptz not null default now(),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index on password_reset (user_id);

-- ---------- mails ----------

-- Mails wait here until a server has taken them; without a mail server people read them here. The text goes when it was sent,
-- with the link in it.
create table mail_outbox (
  id bigint generated always as identity primary key,
  recipient text not null,
  subject text not null,
  text text not null,
  html text not null,
  created_at timestamptz not null default now(),
  -- Sending it later would help nobody.
  useless_at timestamptz not null,
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  sent_at timestamptz,
  failed_at timestamptz,
  failure text
);
create index on mail_outbox (next_attempt_at) where sent_at is null and failed_at is null;

-- ---------- what the API's role sees ----------

grant select, insert, update on invitation to stella_api;
grant select, insert, update, delete on password_reset, mail_outbox to stella_api;

alter table invitation enable row level security;
create policy of_scope on invitation to stella_api
  using ((select stella_sees_all()) or organisation_id = any ((select stella_scope())::integer[]));

alter table password_reset enable row level security;
create policy of_platform on password_reset to stella_api using ((select stella_sees_all()));

-- Everybody's changes put mails in; only the platform, and the manufacturer's administrators through it, read them.
alter table mail_outbox enable row level security;
create policy of_platform on mail_outbox to stella_api using ((select stella_sees_all()));
create policy of_senders on mail_outbox for insert to stella_api with check (true);
