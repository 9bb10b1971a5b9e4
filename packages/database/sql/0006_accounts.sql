-- How people prove who they are: a password, a second factor, or an OpenID Connect provider.

alter table app_user
  -- Null = signs in by the provider alone.
  alter column password_hash drop not null,
  add column password_changed_at timestamptz,
  add column last_sign_in_at timestamptz,
  -- "<issuer> <subject>" of the provider, noted at the first sign-in through it; from then on it finds the account.
  add column external_subject text unique,
  -- The secret of the one-time passwords [RFC 6238], encrypted by the service; it asks for codes once it is confirmed.
  add column totp_secret bytea,
  add column totp_confirmed_at timestamptz,
  -- The time step of the newest code that was used: a code is good once.
  add column totp_last_step bigint not null default 0,
  -- SHA-256 of the recovery codes that are left. Each has 80 random bits, so no slower hash is needed.
  add column recovery_code_hashes text[] not null default '{}',
  add constraint app_user_totp_check check (totp_confirmed_at is null or totp_secret is not null);
