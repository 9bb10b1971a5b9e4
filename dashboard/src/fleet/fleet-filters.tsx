import type { Presence, Severity } from '@stellacontrol/protocol'
import { modelNames } from '../device-models.ts'
import { Icon } from '../shell/icon.tsx'
import { count } from '../words/numbers.ts'
import { presenceNames, presenceWords } from '../words/presence-words.ts'
import { severityNames, severityWords } from '../words/severity-words.ts'
import { Choice, FilterMenu } from './filter-menu.tsx'
import { directionOf, type FleetSearch, filterCount, sortNames, sorts, withoutFilters } from './fleet-search.ts'
import { LimitsMenu, PlaceChips, StateMenu } from './registry-filters.tsx'
import { toggled } from './toggled.ts'

interface FleetFiltersProps {
  search: FleetSearch
  /** The name of the site that the search names, once a row has told it. */
  siteName: string | undefined
  waiting: number
  onChange: (search: FleetSearch) => void
  onReorder: () => void
}

/** The line of filters and order above the rows. */
export function FleetFilters({ search, siteName, waiting, onChange, onReorder }: FleetFiltersProps) {
  const filters = filterCount(search)
  return (
    <search className="fbar">
      <FilterMenu label="Presence" value={choiceWords(search.presence, (word) => presenceWords[word].word)}>
        {presenceNames.map((presence) => (
          <Choice
            key={presence}
            type="checkbox"
            name="presence"
            checked={search.presence?.includes(presence) ?? false}
            onChange={(checked) => onChange({ ...search, presence: toggled(search.presence, presence, checked) })}
          >
            <Icon name={presenceWords[presence].icon} kind="st" />
            {presenceWords[presence].word}
          </Choice>
        ))}
      </FilterMenu>
      <FilterMenu label="Severity" value={choiceWords(search.severity, (word) => severityWords[word].word)}>
        {severityNames.map((severity) => (
          <Choice
            key={severity}
            type="checkbox"
            name="severity"
            checked={search.severity?.includes(severity) ?? false}
            onChange={(checked) => onChange({ ...search, severity: toggled(search.severity, severity, checked) })}
          >
            <Icon name={severityWords[severity].icon} kind={severity === 'normal' ? 'st' : 'sv'} />
            {severityWords[severity].word}
          </Choice>
        ))}
      </FilterMenu>
      <FilterMenu label="Model" value={search.model ?? 'any'}>
        {[undefined, ...modelNames].map((model) => (
          <Choice
            key={model ?? 'any'}
            type="radio"
            name="model"
            checked={search.model === model}
            onChange={() => onChange({ ...search, model })}
          >
            {model ?? 'Any model'}
          </Choice>
        ))}
      </FilterMenu>
      <StateMenu search={search} onChange={onChange} />
      <LimitsMenu search={search} onChange={onChange} />
      <SortMenu search={search} onChange={onChange} />
      <PlaceChips search={search} onChange={onChange} />
      {search.site !== undefined && (
        <button type="button" className="chip" onClick={() => onChange({ ...search, site: undefined })}>
          Site <b>{siteName ?? search.site}</b>
          <Icon name="x" />
          <span className="vh">, remove this filter</span>
        </button>
      )}
      {filters > 0 && (
        <button type="button" className="link" onClick={() => onChange(withoutFilters(search))}>
          Clear {count(filters, 'filter')}
        </button>
      )}
      <span className="grow" />
      <small className="t3">
        Rows hold still while you read. {waiting > 0 && `${count(waiting, 'update')} waiting.`}
      </small>
      {waiting > 0 && (
        <button type="button" className="link" onClick={onReorder}>
          Reorder now
        </button>
      )}
    </search>
  )
}

function SortMenu({ search, onChange }: Pick<FleetFiltersProps, 'search' | 'onChange'>) {
  const sort = search.sort ?? 'severity'
  const isReversed = directionOf(search) !== sorts[sort].first
  return (
    <FilterMenu label="Order" value={`${sorts[sort].words}${isReversed ? ', reversed' : ''}`}>
      {sortNames.map((name) => (
        <Choice
          key={name}
          type="radio"
          name="sort"
          checked={sort === name}
          onChange={() => onChange({ ...search, sort: name, direction: undefined })}
        >
          {sorts[name].words}
        </Choice>
      ))}
      <hr />
      <Choice
        type="checkbox"
        name="reversed"
        checked={isReversed}
        onChange={(checked) => onChange({ ...search, direction: checked ? opposite(sorts[sort].first) : undefined })}
      >
        reversed
      </Choice>
    </FilterMenu>
  )
}

function opposite(direction: 'ascending' | 'descending'): 'ascending' | 'descending' {
  return direction === 'ascending' ? 'descending' : 'ascending'
}

function choiceWords<Word extends Presence | Severity>(
  chosen: Word[] | undefined,
  wordOf: (word: Word) => string,
): string {
  return chosen === undefined ? 'any' : chosen.map((word) => wordOf(word).toLowerCase()).join(', ')
}
