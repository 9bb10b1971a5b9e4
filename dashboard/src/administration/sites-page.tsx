import type { SiteView } from '@stellacontrol/protocol'
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { removeSite } from '../api/organisations.ts'
import { pagesQuery } from '../api/pages.ts'
import { FormDialog } from '../forms/form-dialog.tsx'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { Icon } from '../shell/icon.tsx'
import { Loaded } from '../shell/loaded.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { ListSearch, ShowMore, useSettled } from '../shell/paged-list.tsx'
import { count, formatNumber } from '../words/numbers.ts'
import { OrganisationFilter } from './organisation-field.tsx'
import { SiteDialog } from './site-dialog.tsx'
import { SiteTable } from './site-table.tsx'

const route = getRouteApi('/app/administration/sites')

type Opened = { kind: 'add' } | { kind: 'edit' | 'remove'; site: SiteView }

/** The places where boosters stand. */
export function SitesPage() {
  const { organisation } = route.useSearch()
  const navigate = route.useNavigate()
  const queryClient = useQueryClient()
  const [text, setText] = useState('')
  const search = useSettled(text.trim())
  const sites = useInfiniteQuery(pagesQuery<SiteView>('sites', { organisation, search }))
  const { organisations, mayIn } = useOrganisationRights()
  const [opened, setOpened] = useState<Opened>()
  useEffect(() => {
    document.title = 'Sites · StellaControl'
  }, [])
  const editable = (organisations ?? []).filter(({ id }) => mayIn('sites.edit', id))
  const changed = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['sites'] }),
      queryClient.invalidateQueries({ queryKey: ['organisations'] }),
    ])
  const close = () => setOpened(undefined)
  return (
    <section className="card clip" aria-label="Sites">
      <header>
        <h2>Sites</h2>
        <OrganisationFilter
          organisations={organisations}
          value={organisation}
          onChange={(id) => void navigate({ search: { organisation: id }, replace: true })}
        />
        <ListSearch label="Search sites" value={text} onChange={setText} />
        <span className="grow" />
        <button type="button" className="btn sm pri" onClick={() => setOpened({ kind: 'add' })}>
          <Icon name="plus" />
          Add site
        </button>
      </header>
      <Loaded
        data={sites.data?.pages.flatMap(({ items }) => items)}
        error={sites.error}
        what="the sites"
        onRetry={sites.refetch}
      >
        {(list) =>
          list.length === 0 ? (
            <EmptyState icon="site" title={search === '' ? 'No sites here yet' : 'No site matches'}>
              A site is a building, ship or rig with its address and time zone. Boosters are put on sites when they are
              claimed.
            </EmptyState>
          ) : (
            <SiteTable
              sites={list}
              mayEdit={(id) => mayIn('sites.edit', id)}
              onEdit={(site) => setOpened({ kind: 'edit', site })}
              onRemove={(site) => setOpened({ kind: 'remove', site })}
            />
          )
        }
      </Loaded>
      <ShowMore list={sites} />
      {opened?.kind === 'add' && (
        <SiteDialog organisations={editable} organisation={organisation} onDone={changed} onClose={close} />
      )}
      {opened?.kind === 'edit' && <SiteDialog site={opened.site} onDone={changed} onClose={close} />}
      {opened?.kind === 'remove' && <RemoveDialog site={opened.site} onDone={changed} onClose={close} />}
    </section>
  )
}

interface RemoveDialogProps {
  site: SiteView
  onDone: () => void
  onClose: () => void
}

/** Boosters keep their site: the dialog says so before anybody is refused. */
function RemoveDialog({ site, onDone, onClose }: RemoveDialogProps) {
  const isEmpty = site.devices === 0
  return (
    <FormDialog
      title={`Delete ${site.name}`}
      action="Delete site"
      isDanger
      isDisabled={!isEmpty}
      onClose={onClose}
      onSubmit={async () => {
        await removeSite(site.id)
        onDone()
      }}
    >
      {isEmpty ? (
        <p className="t2">The site disappears from all lists. No booster stands there, so nothing else changes.</p>
      ) : (
        <p className="note">
          <Icon name="info" />
          <span>
            {count(site.devices, 'booster')} {site.devices === 1 ? 'stands' : 'stand'} here → move{' '}
            {site.devices === 1 ? 'it' : `all ${formatNumber(site.devices)}`} to another site first.{' '}
            <Link className="link" to="/" search={{ site: site.id }}>
              Show in the fleet
            </Link>
          </span>
        </p>
      )}
    </FormDialog>
  )
}
