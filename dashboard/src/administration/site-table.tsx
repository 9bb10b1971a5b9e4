import type { SiteView } from '@stellacontrol/protocol'
import { Link } from '@tanstack/react-router'
import { formatNumber } from '../words/numbers.ts'
import { siteKindWords } from '../words/people-words.ts'

interface SiteTableProps {
  sites: readonly SiteView[]
  mayEdit: (organisationId: number) => boolean
  onEdit: (site: SiteView) => void
  onRemove: (site: SiteView) => void
}

export function SiteTable({ sites, mayEdit, onEdit, onRemove }: SiteTableProps) {
  return (
    <table className="tbl flow">
      <thead>
        <tr>
          <th>Name</th>
          <th>Organisation</th>
          <th>Kind</th>
          <th>Time zone</th>
          <th className="num">Boosters</th>
          <th>
            <span className="vh">Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {sites.map((site) => (
          <tr key={site.id}>
            <td>
              <b>{site.name}</b>
              {site.address && <small className="t3 under">{site.address}</small>}
            </td>
            <td className="t2">{site.organisation.name}</td>
            <td className="t2">{siteKindWords[site.kind as keyof typeof siteKindWords] ?? site.kind}</td>
            <td className="t2">{site.timeZone}</td>
            <td className="num" data-name="boosters">
              <Link className="link" to="/" search={{ site: site.id }}>
                {formatNumber(site.devices)}
                <span className="vh"> boosters at {site.name}</span>
              </Link>
            </td>
            <td className="num">
              {mayEdit(site.organisation.id) && (
                <span className="row end">
                  <button type="button" className="btn sm" onClick={() => onEdit(site)}>
                    Edit<span className="vh"> {site.name}</span>
                  </button>
                  <button type="button" className="btn sm" onClick={() => onRemove(site)}>
                    Delete…<span className="vh"> {site.name}</span>
                  </button>
                </span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
