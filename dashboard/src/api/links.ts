import type { Role } from '@stellacontrol/protocol'
import { request } from './http.ts'

/** What the links in e-mails lead to. The token travels in the body, so that no log of addresses ever holds it. */
export interface InvitationPreview {
  email: string
  organisation: string
  role: Role
  hasAccount: boolean
}

export const previewInvitation = (token: string) =>
  request<InvitationPreview>('/v1/invitations/preview', { method: 'POST', body: { token } })

export const acceptInvitation = (acceptance: { token: string; name?: string; password: string; code?: string }) =>
  request<unknown>('/v1/invitations/accept', { method: 'POST', body: acceptance })

export const askForPasswordReset = (email: string) =>
  request<unknown>('/v1/password-resets', { method: 'POST', body: { email } })

export const resetPassword = (token: string, password: string) =>
  request<unknown>('/v1/password-resets/complete', { method: 'POST', body: { token, password } })
