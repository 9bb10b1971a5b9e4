import { useRights } from '../rights/use-rights.ts'

interface AlertPage {
  name: string
  path: '/alerts' | '/alerts/rules' | '/alerts/maintenance' | '/alerts/report'
}

const alertPages: AlertPage[] = [
  { name: 'Inbox', path: '/alerts' },
  { name: 'Rules', path: '/alerts/rules' },
  { name: 'Maintenance', path: '/alerts/maintenance' },
  { name: 'Report', path: '/alerts/report' },
]

/** The pages about alerts that somebody may use. */
export function useAlertPages(): AlertPage[] {
  const { mayAnywhere } = useRights()
  return mayAnywhere('read') ? alertPages : []
}
