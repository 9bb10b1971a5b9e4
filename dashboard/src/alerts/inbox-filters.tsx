import type { Incident, SiteView } from '@stellacontrol/protocol'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { choicesAtOnce, OrganisationFilter } from '../administration/organisation-field.tsx'
import { organisationsQuery } from '../api/organisations.ts'
import { readPage } from '../api/pages.ts'
import { Choice, FilterMenu } from '../fleet/filter-menu.tsx'
import { toggled } from '../fleet/toggled.ts'
import { Combobox } from '../forms/combobox.tsx'
import { Icon } from '../shell/icon.tsx'
import { ListSearch, useSettled } from '../shell/paged-list.tsx'
import { alertClassNames, alertClassWords, alertSeverityNames, alertSeverityWords } from '../words/alert-words.ts'
import { count } from '../words/numbers.ts'
import { filterCount, type InboxSearch, withoutFilters } from './inbox-search.ts'

interface FilterProps {
  search: InboxSearch
  onChange: (search: InboxSearch) => void
}

/** The line of filters and order above the rows. `incidents` know the names of what the address only numbers. */
export function InboxFilters({ search, onChange, incidents }: FilterProps & { incidents: readonly Incident[] }) {
  const filters = filterCount(search)
  return (
    <div className="fbar">
      <SearchField search={search} onChange={onChange} />
      <FilterMenu label="Severity" value={words(search.severity, (name) => alertSeverityWords[name].word)}>
        {alertSeverityNames.map((severity) => (
          <Choice
            key={severity}
            type="checkbox"
            name="severity"
            checked={search.severity?.includes(severity) ?? false}
            onChange={(on) => onChange({ ...search, severity: toggled(search.severity, severity, on) })}
          >
            <Icon name={alertSeverityWords[severity].icon} kind="sv" />
            {alertSeverityWords[severity].word}
          </Choice>
        ))}
      </FilterMenu>
      <FilterMenu label="Class" value={words(search.class, (name) => alertClassWords[name])}>
        {alertClassNames.map((name) => (
          <Choice
            key={name}
            type="checkbox"
            name="class"
            checked={search.class?.includes(name) ?? false}
            onChange={(on) => onChange({ ...search, class: toggled(search.class, name, on) })}
          >
            {alertClassWords[name]}
          </Choice>
        ))}
      </FilterMenu>
      <FilterMenu label="Assigned to" value={search.assignee ?? 'anybody'}>
        {([undefined, 'me', 'nobody'] as const).map((assignee) => (
          <Choice
            key={assignee ?? 'anybody'}
            type="radio"
            name="assignee"
            checked={search.assignee === assignee}
            onChange={() => onChange({ ...search, assignee })}
          >
            {assignee ?? 'anybody'}
          </Choice>
        ))}
      </FilterMenu>
      <FilterMenu label="Order" value={search.sort === 'raisedAt' ? 'newest first' : 'worst first'}>
        {([undefined, 'raisedAt'] as const).map((sort) => (
          <Choice
            key={sort ?? 'severity'}
            type="radio"
            name="sort"
            checked={search.sort === sort}
            onChange={() => onChange({ ...search, sort })}
          >
            {sort === 'raisedAt' ? 'newest first' : 'worst first'}
          </Choice>
        ))}
      </FilterMenu>
      <PlaceFilters search={search} onChange={onChange} incidents={incidents} />
      <Chips search={search} onChange={onChange} />
      {filters > 0 && (
        <button type="button" className="link" onClick={() => onChange(withoutFilters(search))}>
          Clear {count(filters, 'filter')}
        </button>
      )}
    </div>
  )
}

function words<Word extends string>(chosen: Word[] | undefined, wordOf: (word: Word) => string): string {
  return chosen === undefined ? 'any' : chosen.map((word) => wordOf(word).toLowerCase()).join(', ')
}

/** The list follows while somebody types; the address is the truth. */
function SearchField({ search, onChange }: FilterProps) {
  const searched = search.search ?? ''
  const [text, setText] = useState(searched)
  const [shown, setShown] = useState(searched)
  if (shown !== searched) {
    setShown(searched)
    setText(searched)
  }
  const settled = useSettled(text).trim()
  const latest = useRef({ search, onChange })
  latest.current = { search, onChange }
  useEffect(() => {
    const { search: now, onChange: change } = latest.current
    if (settled !== (now.search ?? '')) change({ ...now, search: settled === '' ? undefined : settled })
  }, [settled])
  return <ListSearch label="Search alerts" value={text} onChange={setText} />
}

/** Whose, and where. */
function PlaceFilters({ search, onChange, incidents }: FilterProps & { incidents: readonly Incident[] }) {
  const { data: organisations } = useQuery(organisationsQuery)
  const { organisation, site } = search
  const known = incidents.find((incident) => incident.site?.id === site)?.site
  const parameters = { organisation, limit: choicesAtOnce }
  return (
    <>
      <OrganisationFilter
        organisations={organisations}
        value={organisation}
        onChange={(id) => onChange({ ...search, organisation: id, site: undefined })}
      />
      <span className="pick">
        <Combobox
          label="Site"
          isLabelHidden
          none="All sites"
          value={site === undefined ? undefined : { id: site, name: known?.name ?? `Site ${site}` }}
          onChange={(choice) => onChange({ ...search, site: choice?.id })}
          source={['sites', parameters]}
          search={async (text, signal) => {
            const page = await readPage<SiteView>('sites', { ...parameters, search: text }, signal)
            const choices = page.items.map(({ id, name, organisation: of }) => ({ id, name, hint: of.name }))
            return { choices, total: page.total }
          }}
        />
      </span>
    </>
  )
}

/** Filters that a link has set. */
function Chips({ search, onChange }: FilterProps) {
  const chips = [
    { name: 'device', label: 'Booster', value: search.device },
    { name: 'rule', label: 'Rule', value: search.rule },
    { name: 'parentId', label: 'Joined to', value: search.parentId === undefined ? undefined : 'one alert' },
  ] as const
  return chips.map(({ name, label, value }) =>
    value === undefined ? null : (
      <button key={name} type="button" className="chip" onClick={() => onChange({ ...search, [name]: undefined })}>
        {label} <b>{value}</b>
        <Icon name="x" />
        <span className="vh">, remove this filter</span>
      </button>
    ),
  )
}
