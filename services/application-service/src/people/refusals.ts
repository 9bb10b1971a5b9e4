import { codeOf, findOrganisation, isLastAdministrator, type Organisation, type Queries } from '@stellacontrol/database'
import type { Permission } from '@stellacontrol/protocol'
import type { ErrorCode } from '../http/error-codes.ts'
import { ApiProblem } from '../http/problem.ts'
import { type Access, requirePermission } from '../session/access.ts'

/** SQLSTATE of what a change may break. */
export const sqlState = { unique: '23505', reference: '23503', check: '23514' } as const

/** Runs a change; what PostgreSQL refuses in it becomes the problem that its SQLSTATE stands for. */
export async function refusing<Result>(
  codes: Partial<Record<string, ErrorCode>>,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isLastAdministrator(error)) throw new ApiProblem('last-administrator', undefined, { cause: error })
    const code = codes[codeOf(error) ?? '']
    throw code === undefined ? error : new ApiProblem(code, undefined, { cause: error })
  }
}

/**
 * The organisation in which a caller wants to do something.
 * @throws ApiProblem `organisation-not-found` outside of what the caller sees, else `forbidden`
 */
export async function organisationFor(
  queries: Queries,
  access: Access,
  permission: Permission,
  id: number,
): Promise<Organisation> {
  const organisation = await findOrganisation(queries, access.scope, id)
  if (organisation === undefined) throw new ApiProblem('organisation-not-found')
  requirePermission(access, permission, id)
  return organisation
}
