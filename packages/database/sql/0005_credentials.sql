-- A device signs in with a secret or with a client certificate; two are valid while one is changed for the other.

alter table device_credential
  alter column secret_sha256 drop not null,
  add column kind text not null default 'secret' check (kind in ('secret', 'certificate')),
  -- SHA-256 of the certificate's public key (its SubjectPublicKeyInfo in DER): a renewed certificate of the same key stays valid.
  add column public_key_sha256 bytea check (octet_length(public_key_sha256) = 32),
  -- The end of the certificate, or of the time in which the older one of two may still be used.
  add column expires_at timestamptz,
  add column last_used_at timestamptz,
  -- When a newer one was added. It is revoked as soon as the newer one has been used.
  add column superseded_at timestamptz,
  add constraint device_credential_kind check (
    (kind = 'secret' and secret_sha256 is not null and public_key_sha256 is null)
    or (kind = 'certificate' and public_key_sha256 is not null and secret_sha256 is null)),
  add constraint device_credential_key unique (device_id, public_key_sha256);
-- Of devices that were given two before there was an order among them.
update device_credential older set superseded_at = now(), expires_at = now() + interval '24 hours'
where revoked_at is null and exists (
  select from device_credential newer
  where newer.device_id = older.device_id and newer.id > older.id and newer.revoked_at is null);
