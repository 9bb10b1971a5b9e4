import type { Link } from './letter.ts'

const baseOf = (publicUrl: string) => publicUrl.replace(/\/$/, '')

export function incidentUrl(publicUrl: string | undefined, id: string): string | undefined {
  return publicUrl === undefined ? undefined : `${baseOf(publicUrl)}/alerts?incident=${id}`
}

export function allAlertsUrl(publicUrl: string): Link {
  return { text: 'All alerts', url: `${baseOf(publicUrl)}/alerts` }
}

export function preferencesUrl(publicUrl: string): Link {
  return { text: 'What you are told, and how', url: `${baseOf(publicUrl)}/account/notifications` }
}
