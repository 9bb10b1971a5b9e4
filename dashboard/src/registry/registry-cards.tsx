import type { Permission, RegistryDeviceView } from '@stellacontrol/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { MuteDeviceDialog } from '../alerts/mute-device.tsx'
import { registryDeviceQuery } from '../api/registry.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Loaded } from '../shell/loaded.tsx'
import { lifeStateWords } from '../words/people-words.ts'
import { formatDay } from '../words/time.ts'
import { CredentialsCard } from './credentials-card.tsx'
import { EditDeviceDialog } from './edit-device-dialog.tsx'
import { EventsCard } from './events-card.tsx'
import { type LifeAction, LifeCycleDialog, lifeActions } from './life-cycle-dialog.tsx'

/** What the registry knows of a booster: whose it is, where, its secrets, and who did what with it. */
export function RegistryCards({ serial }: { serial: string }) {
  const { data, error, refetch } = useQuery(registryDeviceQuery(serial))
  const { mayIn } = useOrganisationRights()
  const may = (permission: Permission) => data !== undefined && mayIn(permission, data.organisation.id)
  return (
    <>
      <section className="card" aria-label="Registry">
        <Loaded data={data} error={error} what="the registry entry" onRetry={() => void refetch()}>
          {(device) => <RegistryCard device={device} may={may} />}
        </Loaded>
      </section>
      {may('devices.credentials') && <CredentialsCard serial={serial} />}
      {data !== undefined && <EventsCard serial={serial} />}
    </>
  )
}

interface RegistryCardProps {
  device: RegistryDeviceView
  may: (permission: Permission) => boolean
}

function RegistryCard({ device, may }: RegistryCardProps) {
  const queryClient = useQueryClient()
  const [opened, setOpened] = useState<LifeAction | 'edit' | 'mute'>()
  const changed = () => queryClient.invalidateQueries()
  const actions = lifeActions(device.state).filter(({ permission }) => may(permission))
  const close = () => setOpened(undefined)
  return (
    <>
      <header>
        <h2>Registry</h2>
        <span className="grow" />
        {may('devices.edit') && (
          <button type="button" className="btn sm" onClick={() => setOpened('edit')}>
            Edit
          </button>
        )}
      </header>
      <div className="pad">
        <dl className="kv">
          <Fact name="State">
            {lifeStateWords[device.state].word} <small>since {formatDay(Date.parse(device.stateChangedAt))}</small>
          </Fact>
          <Fact name="Owner">{device.organisation.name}</Fact>
          <Fact name="Site">{device.site?.name ?? 'none'}</Fact>
          {device.location !== '' && <Fact name="Location">{device.location}</Fact>}
          {device.latitude !== null && device.longitude !== null && (
            <Fact name="Position">
              {device.latitude.toFixed(5)}, {device.longitude.toFixed(5)}
            </Fact>
          )}
          {device.tags.length > 0 && (
            <Fact name="Tags">
              {device.tags.map((tag) => (
                <Link key={tag} className="tag" to="/" search={{ tag }} title="Boosters with this tag">
                  {tag}
                </Link>
              ))}
            </Fact>
          )}
        </dl>
        {device.notes !== '' && <p className="notes t2">{device.notes}</p>}
        <div className="row wrap actions-below">
          <Link className="btn sm" to="/alerts/rules" search={{ device: device.serial }}>
            Alert rules
          </Link>
          {may('maintenance.edit') && (
            <button type="button" className="btn sm" onClick={() => setOpened('mute')}>
              Mute for maintenance…
            </button>
          )}
          {actions.map((action) => (
            <button key={action.name} type="button" className="btn sm" onClick={() => setOpened(action)}>
              {action.name}…
            </button>
          ))}
        </div>
      </div>
      {opened === 'edit' && <EditDeviceDialog device={device} onDone={changed} onClose={close} />}
      {opened === 'mute' && <MuteDeviceDialog device={device} onClose={close} />}
      {opened !== undefined && opened !== 'edit' && opened !== 'mute' && (
        <LifeCycleDialog device={device} action={opened} onDone={changed} onClose={close} />
      )}
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="pair">
      <dt>{name}</dt>
      <dd>
        <span className="wrap">{children}</span>
      </dd>
    </div>
  )
}
