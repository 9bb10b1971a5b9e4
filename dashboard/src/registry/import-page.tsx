import type { ImportReport } from '@stellacontrol/protocol'
import { useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { type DragEvent, useEffect, useState } from 'react'
import { OrganisationField } from '../administration/organisation-field.tsx'
import { exportAddress, importDevices } from '../api/registry.ts'
import { Problem } from '../forms/form.tsx'
import { useSubmit } from '../forms/use-submit.ts'
import { useOrganisationRights } from '../rights/use-rights.ts'
import { FeedBanner } from '../shell/feed-status.tsx'
import { Icon } from '../shell/icon.tsx'
import { EmptyState } from '../shell/page-states.tsx'
import { count } from '../words/numbers.ts'
import { ImportResult } from './import-result.tsx'

const route = getRouteApi('/app/import')

interface Chosen {
  fileName: string
  csv: string
}

/** A list of boosters as CSV: tried first, with every bad line shown, and imported only when asked again. */
export function ImportPage() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const queryClient = useQueryClient()
  const { organisations, mayIn } = useOrganisationRights()
  const { isBusy, problem, submit } = useSubmit()
  const [chosen, setChosen] = useState<Chosen>()
  const [report, setReport] = useState<ImportReport>()
  useEffect(() => {
    document.title = 'Import boosters · StellaControl'
  }, [])
  const allowed = (organisations ?? []).filter(({ id }) => mayIn('devices.import', id))
  const organisation = search.organisation ?? (allowed.length === 1 ? allowed[0]?.id : undefined)

  const run = (file: Chosen, into: number, dryRun: boolean) =>
    submit(async () => {
      setReport(await importDevices(into, file.csv, dryRun))
      if (!dryRun) await queryClient.invalidateQueries()
    })
  async function take(file: File | undefined): Promise<void> {
    if (file === undefined || organisation === undefined) return
    const next = { fileName: file.name, csv: await file.text() }
    setChosen(next)
    setReport(undefined)
    await run(next, organisation, true)
  }
  return (
    <main id="main">
      <FeedBanner />
      <div className="dhead">
        <div className="row1">
          <h1 className="grow">Import boosters</h1>
          <a
            className="btn sm"
            href={organisation ? `${exportAddress}?organisation=${organisation}` : exportAddress}
            download
          >
            <Icon name="save" />
            {organisation ? 'Export what is there' : 'Export all'}
          </a>
        </div>
      </div>
      <div className="page stack">
        {organisations !== undefined && allowed.length === 0 ? (
          <EmptyState icon="info" title="You may not import boosters">
            An administrator of the organisation can.
          </EmptyState>
        ) : (
          <section className="card" aria-label="File">
            <div className="pad form">
              <OrganisationField
                label="Into"
                permission="devices.import"
                value={organisation}
                none="Choose the organisation"
                onChange={(id) => {
                  setChosen(undefined)
                  setReport(undefined)
                  void navigate({ search: { organisation: id }, replace: true })
                }}
              />
              <DropZone isReady={organisation !== undefined} fileName={chosen?.fileName} onFile={take} />
              <Problem words={problem} />
            </div>
          </section>
        )}
        {isBusy && (
          <p className="t3" role="status">
            Checking every line …
          </p>
        )}
        {report !== undefined && chosen !== undefined && organisation !== undefined && !isBusy && (
          <ImportResult report={report} onImport={() => void run(chosen, organisation, false)} />
        )}
        {report !== undefined && !report.dryRun && (
          <p role="status">
            {count(report.added + report.changed, 'booster')} written. <Link to="/">Open the fleet</Link>
          </p>
        )}
      </div>
    </main>
  )
}

interface DropZoneProps {
  isReady: boolean
  fileName: string | undefined
  onFile: (file: File | undefined) => void
}

function DropZone({ isReady, fileName, onFile }: DropZoneProps) {
  const [isOver, setOver] = useState(false)
  function onDrop(event: DragEvent): void {
    event.preventDefault()
    setOver(false)
    onFile(event.dataTransfer.files[0])
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is an addition; the file field does the same
    <div
      className={`drop ${isOver ? 'over' : ''}`}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={onDrop}
    >
      <Icon name="table" />
      <label>
        <b>{fileName ?? 'Drop a CSV file here, or choose one'}</b>
        <input
          type="file"
          accept=".csv,text/csv"
          disabled={!isReady}
          onChange={(event) => {
            onFile(event.target.files?.[0])
            // The same file, mended, can be chosen again.
            event.target.value = ''
          }}
        />
      </label>
      <small className="t3">
        {isReady
          ? 'Columns: serial, model, name, site, location, latitude, longitude, tags, notes. A column that is missing leaves what is there. Nothing is written before you say so.'
          : 'Choose the organisation first.'}
      </small>
    </div>
  )
}
