import type { DeviceLifeState, Permission, RegistryDeviceView } from '@stellacontrol/protocol'
import { type ChosenState, changeDeviceState } from '../api/registry.ts'
import { FormDialog } from '../forms/form-dialog.tsx'
import { ClaimCodeDialog } from './claim-code-dialog.tsx'
import { TransferDialog } from './transfer-dialog.tsx'

/** One thing that can be done with a booster as a whole. */
export interface LifeAction {
  name: string
  kind: ChosenState | 'transfer' | 'claim-code'
  permission: Permission
}

const suspend: LifeAction = { name: 'Suspend', kind: 'suspended', permission: 'devices.operate' }
const activate: LifeAction = { name: 'Activate', kind: 'active', permission: 'devices.operate' }
const transfer: LifeAction = { name: 'Transfer', kind: 'transfer', permission: 'devices.transfer' }
const claimCode: LifeAction = { name: 'Claim code', kind: 'claim-code', permission: 'devices.transfer' }
const revoke: LifeAction = { name: 'Revoke', kind: 'revoked', permission: 'devices.credentials' }
const retire: LifeAction = { name: 'Retire', kind: 'retired', permission: 'devices.transfer' }

const actionsByState: Record<DeviceLifeState, LifeAction[]> = {
  manufactured: [claimCode, transfer, revoke, retire],
  claimed: [suspend, transfer, claimCode, revoke, retire],
  active: [suspend, transfer, claimCode, revoke, retire],
  suspended: [activate, transfer, revoke, retire],
  revoked: [retire],
  retired: [],
}

/** What can be done from a state; nothing leads back from revoked and retired. */
export function lifeActions(state: DeviceLifeState): LifeAction[] {
  return actionsByState[state]
}

/** What it costs, said before it is done. */
const costs: Record<ChosenState, { title: string; action: string; words: string; isDanger: boolean }> = {
  suspended: {
    title: 'Suspend',
    action: 'Suspend booster',
    words:
      'The connection closes at once and stays refused, so nothing is monitored until somebody activates the booster again. It goes on repeating the signal.',
    isDanger: true,
  },
  active: {
    title: 'Activate',
    action: 'Activate booster',
    words: 'The booster may connect again and is monitored from its next report on.',
    isDanger: false,
  },
  revoked: {
    title: 'Revoke',
    action: 'Revoke booster',
    words:
      'The connection closes at once and its credentials never work again. This cannot be undone. Do it when the booster was stolen or its secret is known to others.',
    isDanger: true,
  },
  retired: {
    title: 'Retire',
    action: 'Retire booster',
    words: 'The booster is out of service for good and may not connect. Its history stays. This cannot be undone.',
    isDanger: true,
  },
}

interface LifeCycleDialogProps {
  device: RegistryDeviceView
  action: LifeAction
  onDone: () => void
  onClose: () => void
}

export function LifeCycleDialog({ device, action, onDone, onClose }: LifeCycleDialogProps) {
  const { kind } = action
  if (kind === 'transfer') return <TransferDialog device={device} onDone={onDone} onClose={onClose} />
  if (kind === 'claim-code') return <ClaimCodeDialog device={device} onClose={onClose} />
  const cost = costs[kind]
  return (
    <FormDialog
      title={`${cost.title} ${device.name}`}
      action={cost.action}
      isDanger={cost.isDanger}
      onClose={onClose}
      onSubmit={async () => {
        await changeDeviceState(device.serial, kind)
        onDone()
      }}
    >
      <p className="t2">
        <span className="mono">{device.serial}</span>
        {device.site !== null && ` at ${device.site.name}`}. {cost.words}
      </p>
    </FormDialog>
  )
}
