import { useQuery } from '@tanstack/react-query'
import { organisationsQuery } from '../api/organisations.ts'
import { Icon } from '../shell/icon.tsx'
import { lifeStateNames, lifeStateWords } from '../words/people-words.ts'
import { Choice, FilterMenu } from './filter-menu.tsx'
import type { FleetSearch } from './fleet-search.ts'
import { toggled } from './toggled.ts'

interface FilterProps {
  search: FleetSearch
  onChange: (search: FleetSearch) => void
}

/** Where boosters are in their life. */
export function StateMenu({ search, onChange }: FilterProps) {
  const chosen = search.state?.map((state) => lifeStateWords[state].word.toLowerCase()).join(', ')
  return (
    <FilterMenu label="State" value={chosen ?? 'any'}>
      {lifeStateNames.map((state) => (
        <Choice
          key={state}
          type="checkbox"
          name="state"
          checked={search.state?.includes(state) ?? false}
          onChange={(checked) => onChange({ ...search, state: toggled(search.state, state, checked) })}
        >
          {lifeStateWords[state].word}
        </Choice>
      ))}
    </FilterMenu>
  )
}

/** The limits that are asked for most: those of the findings, and one step before. */
const boardLimitsCelsius = [60, 70]
const marginLimitsDb = [15, 10]

/** Boosters by what they measure now. */
export function LimitsMenu({ search, onChange }: FilterProps) {
  const { minimumBoardCelsius: hot, maximumIsolationMarginDb: margin } = search
  const chosen = [
    ...(hot === undefined ? [] : [`${hot} °C or hotter`]),
    ...(margin === undefined ? [] : [`margin ${margin} dB or less`]),
  ].join(', ')
  return (
    <FilterMenu label="Measured" value={chosen === '' ? 'anything' : chosen}>
      {[undefined, ...boardLimitsCelsius].map((limit) => (
        <Choice
          key={limit ?? 'any board'}
          type="radio"
          name="board"
          checked={hot === limit}
          onChange={() => onChange({ ...search, minimumBoardCelsius: limit })}
        >
          {limit === undefined ? 'Any board temperature' : `Board ${limit} °C or hotter`}
        </Choice>
      ))}
      <hr />
      {[undefined, ...marginLimitsDb].map((limit) => (
        <Choice
          key={limit ?? 'any margin'}
          type="radio"
          name="margin"
          checked={margin === limit}
          onChange={() => onChange({ ...search, maximumIsolationMarginDb: limit })}
        >
          {limit === undefined ? 'Any isolation margin' : `Margin ${limit} dB or less`}
        </Choice>
      ))}
    </FilterMenu>
  )
}

/** Filters that a link has set: whose the boosters are, and their tag. */
export function PlaceChips({ search, onChange }: FilterProps) {
  const { organisation, tag } = search
  const { data: organisations } = useQuery({ ...organisationsQuery, enabled: organisation !== undefined })
  const name = organisations?.find(({ id }) => id === organisation)?.name ?? organisation
  return (
    <>
      {organisation !== undefined && (
        <button type="button" className="chip" onClick={() => onChange({ ...search, organisation: undefined })}>
          Customer <b>{name}</b>
          <Icon name="x" />
          <span className="vh">, remove this filter</span>
        </button>
      )}
      {tag !== undefined && (
        <button type="button" className="chip" onClick={() => onChange({ ...search, tag: undefined })}>
          Tag <b>{tag}</b>
          <Icon name="x" />
          <span className="vh">, remove this filter</span>
        </button>
      )}
    </>
  )
}
