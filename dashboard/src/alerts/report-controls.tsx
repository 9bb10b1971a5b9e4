import type { OrganisationView } from '@stellacontrol/protocol'
import { OrganisationField } from '../administration/organisation-field.tsx'
import { monthlyReportFile } from '../api/reports.ts'
import { Icon } from '../shell/icon.tsx'
import { monthAfter, monthOf, monthsToChoose, type ReportSearch } from './report-search.ts'
import { monthWords } from './report-words.ts'

interface ReportControlsProps {
  organisations: readonly OrganisationView[]
  organisation: number
  month: string
  onChange: (search: ReportSearch) => void
}

/** Whose report, of which month, and the ways to take it along. */
export function ReportControls({ organisations, organisation, month, onChange }: ReportControlsProps) {
  const now = Date.now()
  return (
    <search className="row wrap report-controls">
      {organisations.length > 1 && (
        <span className="pick">
          <OrganisationField
            isLabelHidden
            none="Choose an organisation"
            value={organisation}
            onChange={(id) => id !== undefined && onChange({ organisation: id })}
          />
        </span>
      )}
      <span className="pick">
        <StepButton label="The month before" icon="up" onClick={() => onChange({ month: monthAfter(month, -1) })} />
        <select aria-label="Month" value={month} onChange={({ target }) => onChange({ month: target.value })}>
          {monthsToChoose(now, month).map((one) => (
            <option key={one} value={one}>
              {monthWords(one)}
            </option>
          ))}
        </select>
        <StepButton
          label="The month after"
          icon="down"
          isDisabled={month >= monthOf(now)}
          onClick={() => onChange({ month: monthAfter(month, 1) })}
        />
      </span>
      <span className="grow" />
      <a className="btn sm" href={monthlyReportFile(organisation, month)} download>
        <Icon name="save" />
        Save as CSV
      </a>
      <button type="button" className="btn sm" onClick={() => window.print()}>
        <Icon name="report" />
        Print
      </button>
    </search>
  )
}

interface StepButtonProps {
  label: string
  icon: string
  isDisabled?: boolean
  onClick: () => void
}

function StepButton({ label, icon, isDisabled = false, onClick }: StepButtonProps) {
  return (
    <button type="button" className="btn sm icon step" aria-label={label} disabled={isDisabled} onClick={onClick}>
      <Icon name={icon} />
    </button>
  )
}
