-- What an owner knew of a device's secrets ends when the device goes to another owner.

alter table device_credential
  -- Who knows it: `factory` = its makers, from before it was anybody's; `device` = nobody but the device; `person` = it was shown to
  -- somebody while the device was a customer's or reseller's.
  add column origin text not null default 'factory' check (origin in ('factory', 'device', 'person')),
  -- It was shown to people of an owner who has given the device away since.
  add column known_to_earlier_owner boolean not null default false,
  -- Good for nothing but fetching a new secret in the claim identity.
  add column claim_only boolean not null default false;
-- Of secrets from before only the first is known to be the factory's; who saw the others nobody knows any more.
update device_credential credential set origin = case
  when kind = 'certificate' then 'device'
  when exists (
    select from device_credential earlier
    where earlier.device_id = credential.device_id and earlier.kind = 'secret' and earlier.id < credential.id) then 'person'
  else 'factory' end;
-- From now on `superseded_at` of a revoked one says that a newer one replaced it; what people revoked stays dead.
update device_credential set superseded_at = null
where revoked_at is not null and id in (
  select (before ->> 'id')::integer from audit_event where action = 'credential.revoked' and before ->> 'id' ~ '^[0-9]{1,9}$');
