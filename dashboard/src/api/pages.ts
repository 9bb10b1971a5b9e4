import type { Page } from '@stellacontrol/protocol'
import { infiniteQueryOptions, keepPreviousData } from '@tanstack/react-query'
import { request } from './http.ts'

type Parameters = Readonly<Record<string, string | number | undefined>>

/** The most that the service gives at once. */
const largestPage = 500

function addressOf(resource: string, parameters: Parameters): string {
  const given = Object.entries(parameters).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  return `/v1/${resource}?${new URLSearchParams(given)}`
}

export const readPage = <Item>(resource: string, parameters: Parameters, signal: AbortSignal) =>
  request<Page<Item>>(addressOf(resource, parameters), { signal })

/** A list in the order of names, page by page. What is shown stays while another search is on its way. */
export const pagesQuery = <Item>(resource: string, parameters: Parameters) =>
  infiniteQueryOptions({
    queryKey: [resource, 'pages', parameters],
    queryFn: ({ pageParam, signal }) => readPage<Item>(resource, { ...parameters, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })

/** All pages of a list at once. */
export async function readEveryPage<Item>(resource: string, signal: AbortSignal): Promise<Item[]> {
  const items: Item[] = []
  let cursor: string | null | undefined
  do {
    const page = await readPage<Item>(resource, { limit: largestPage, cursor: cursor ?? undefined }, signal)
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}
