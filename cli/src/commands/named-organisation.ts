import { listOrganisations, type Organisation, type Queries, systemScope } from '@stellacontrol/database'
import { CommandError } from '../exit-code.ts'

/** The organisation that a person means: by its name, or by its number where two have one name. */
export async function organisationNamed(queries: Queries, typed: string): Promise<Organisation> {
  const all = await listOrganisations(queries, systemScope)
  const found = all.filter(({ id, name }) => name === typed || String(id) === typed)
  const [first] = found
  if (first === undefined) throw new CommandError('notFound', `There is no organisation "${typed}".`)
  if (found.length === 1) return first
  const numbers = found.map(({ id }) => id).join(', ')
  throw new CommandError('usage', `Several organisations are called "${typed}": say one of their numbers, ${numbers}.`)
}
