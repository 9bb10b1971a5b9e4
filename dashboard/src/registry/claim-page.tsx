import type { RegistryDeviceView } from '@stellacontrol/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type FormEvent, useEffect, useState } from 'react'
import { OrganisationField } from '../administration/organisation-field.tsx'
import { claimDevice } from '../api/registry.ts'
import { sessionQuery } from '../api/session.ts'
import type { Choice } from '../forms/combobox.tsx'
import { Field, Problem, SubmitButton } from '../forms/form.tsx'
import { textOf } from '../forms/form-dialog.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { useLiveSummary, useServerNow, useWatch } from '../live/live-context.tsx'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { FeedBanner } from '../shell/feed-status.tsx'
import { Icon } from '../shell/icon.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { presencePhrase, presenceWords } from '../words/presence-words.ts'
import { SiteField } from './site-field.tsx'

const route = getRouteApi('/app/claim')

/** For installers on a ladder: two big fields, one button, and then whether the booster reports. */
export function ClaimPage() {
  const [claimed, setClaimed] = useState<RegistryDeviceView>()
  useEffect(() => {
    document.title = 'Claim a booster · StellaControl'
  }, [])
  return (
    <main id="main">
      <FeedBanner />
      <div className="page narrow">
        {claimed === undefined ? (
          <ClaimForm onClaimed={setClaimed} />
        ) : (
          <Claimed device={claimed} onAnother={() => setClaimed(undefined)} />
        )}
      </div>
    </main>
  )
}

function ClaimForm({ onClaimed }: { onClaimed: (device: RegistryDeviceView) => void }) {
  const { serial } = route.useSearch()
  const queryClient = useQueryClient()
  const { isBusy, problem, submit } = useSubmit()
  const { organisations, mayIn } = useOrganisationRights()
  const allowed = (organisations ?? []).filter(({ id }) => mayIn('devices.claim', id))
  const [chosen, setChosen] = useState<number>()
  const [site, setSite] = useState<Choice>()
  const { data: session } = useQuery(sessionQuery)
  // Their own organisation is meant, unless they work for several.
  const home = allowed.find(({ id, kind }) => kind === 'customer' && id === session?.user.organisation.id)
  const organisation = chosen ?? (allowed.length === 1 ? allowed[0] : home)?.id

  async function claim(form: FormData): Promise<void> {
    const name = textOf(form, 'name')
    const device = await claimDevice({
      serial: textOf(form, 'serial').toUpperCase(),
      code: textOf(form, 'code').toUpperCase().replaceAll(' ', ''),
      organisationId: Number(organisation),
      siteId: site?.id ?? null,
      ...(name !== '' && { name }),
    })
    onClaimed(device)
    await Promise.all(
      ['devices', 'fleet', 'organisations', 'sites'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })),
    )
  }
  function onSubmit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    void submit(() => claim(form))
  }
  if (organisations !== undefined && allowed.length === 0) {
    return (
      <EmptyState icon="pin" title="You may not claim boosters">
        An installer, operator or administrator can → ask an administrator of your organisation for the role.
      </EmptyState>
    )
  }
  return (
    <form className="card form big" onSubmit={onSubmit} autoComplete="off">
      <h1>Claim a booster</h1>
      <p className="t2">
        The serial is on the label. The claim code comes from whoever hands the booster over and works for 15 minutes;
        capitals and dashes do not matter.
      </p>
      <Field label="Serial">
        <input
          name="serial"
          className="mono"
          required
          maxLength={32}
          defaultValue={serial}
          autoCapitalize="characters"
          spellCheck={false}
        />
      </Field>
      <Field label="Claim code" hint="16 characters in four groups">
        <input
          name="code"
          className="mono"
          required
          maxLength={24}
          placeholder="XXXX-XXXX-XXXX-XXXX"
          autoCapitalize="characters"
          spellCheck={false}
        />
      </Field>
      {allowed.length > 1 && (
        <OrganisationField
          label="For"
          permission="devices.claim"
          value={organisation}
          onChange={(id) => {
            setChosen(id)
            setSite(undefined)
          }}
          none="Choose the owner"
          isRequired
        />
      )}
      {organisation !== undefined && (
        <SiteField organisation={organisation} none="No site yet" value={site} onChange={setSite} />
      )}
      <Field label="Name" hint="Where it hangs, for example “Ward 3 East riser”; can be given later">
        <input name="name" maxLength={120} />
      </Field>
      <Problem words={problem} />
      <SubmitButton isBusy={isBusy}>Claim booster</SubmitButton>
    </form>
  )
}

/** It is theirs now; the page waits with them for the first report. */
function Claimed({ device, onAnother }: { device: RegistryDeviceView; onAnother: () => void }) {
  const [watched] = useState(() => [device.serial])
  useWatch('summary', watched)
  const summary = useLiveSummary(device.serial)
  const now = useServerNow()
  const presence = summary?.presence ?? 'never-seen'
  const hasReported = summary?.lastReportAt != null
  return (
    <section className="card form big" aria-label="Claimed">
      <h1>{device.name} is yours</h1>
      <p className="t2">
        <span className="mono">{device.serial}</span>, {device.organisation.name}
        {device.site !== null && `, ${device.site.name}`}
      </p>
      <p className={`status ${presenceWords[presence].className}`} role="status">
        <Icon name={presenceWords[presence].icon} kind="st" />
        {hasReported && summary !== undefined
          ? presencePhrase(presence, summary, now)
          : 'Waiting for the first report, usually within 2 min of power-up'}
      </p>
      <div className="row wrap actions">
        <button type="button" className="btn" onClick={onAnother}>
          Claim another booster
        </button>
        <Link className="btn pri" to="/devices/$serial" params={{ serial: device.serial }}>
          Open the booster
        </Link>
      </div>
    </section>
  )
}
