/** What was done, in words; the codes are those of the audit log. */
const actionWords: Record<string, string> = {
  'device.added': 'Booster added',
  'device.claimed': 'Booster claimed',
  'device.transferred': 'Booster transferred',
  'device.changed': 'Booster edited',
  'device.stateChanged': 'State changed',
  'device.imported': 'Booster imported',
  'site.created': 'Site added',
  'site.changed': 'Site edited',
  'site.deleted': 'Site deleted',
  'organisation.created': 'Organisation added',
  'organisation.changed': 'Organisation edited',
  'user.invited': 'Person invited',
  'user.joined': 'Invitation accepted',
  'user.changed': 'Person edited',
  'user.disabled': 'Account disabled',
  'user.enabled': 'Account enabled again',
  'membership.set': 'Role given',
  'membership.removed': 'Role taken away',
  'invitation.accepted': 'Invitation accepted by an account',
  'invitation.revoked': 'Invitation revoked',
  'session.ended': 'Session ended',
  'password.changed': 'Password changed',
  'password.reset': 'Password reset',
  'secondFactor.enabled': 'Second factor turned on',
  'secondFactor.disabled': 'Second factor turned off',
  'credential.added': 'Credential added',
  'credential.revoked': 'Credential revoked',
  'credential.limited': 'Credential known to the earlier owner ends',
  'credential.restored': 'Factory secret good for provisioning again',
  'claimCode.created': 'Claim code made',
}
export const actionNames = Object.keys(actionWords)

/** An action that this page does not know yet shows its code. */
export function wordsOfAction(action: string): string {
  return actionWords[action] ?? action
}
