import type { RegistryDeviceView } from '@stellacontrol/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { deviceQuery } from '../api/devices.ts'
import { WindowDialog } from './window-dialog.tsx'

/** Plans maintenance of one booster, by the clock of where it stands. */
export function MuteDeviceDialog({ device, onClose }: { device: RegistryDeviceView; onClose: () => void }) {
  const queryClient = useQueryClient()
  const { data } = useQuery(deviceQuery(device.serial))
  const { serial, name, organisation } = device
  return (
    <WindowDialog
      place={{ kind: 'device', organisation: organisation.id, site: undefined, device: { id: serial, name } }}
      timeZone={data?.site?.timeZone}
      onDone={() => queryClient.invalidateQueries({ queryKey: ['maintenance'] })}
      onClose={onClose}
    />
  )
}
