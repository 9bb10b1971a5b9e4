import { useQuery } from '@tanstack/react-query'
import { signInMethodsQuery } from '../api/session.ts'

/** The way through the OpenID Connect provider; nothing where there is none. */
export function ProviderButton({ next }: { next: string | undefined }) {
  const provider = useQuery(signInMethodsQuery).data?.openIdConnect
  if (provider === undefined || provider === null) return null
  const query = next === undefined ? '' : `?next=${encodeURIComponent(next)}`
  return (
    <>
      <span className="or">or</span>
      <a className="btn xl" href={provider.url + query}>
        Sign in with {provider.name}
      </a>
    </>
  )
}
