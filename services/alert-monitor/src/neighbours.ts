/** Something with a place, in degrees (WGS 84). */
export interface Placed {
  serial: string
  latitude: number | null
  longitude: number | null
}

/** Degrees of latitude of a cell: about 5.6 km. */
const cellDegrees = 0.05
const kmPerDegree = 111.2
const cellOf = (degrees: number) => Math.floor(degrees / cellDegrees)

/** Finds what is near in a grid of cells, so that a look does not pass over the whole fleet. */
export class Neighbours<Item extends Placed> {
  private readonly cells = new Map<string, Item[]>()

  constructor(items: Iterable<Item>) {
    for (const item of items) {
      if (item.latitude === null || item.longitude === null) continue
      const key = `${cellOf(item.latitude)},${cellOf(item.longitude)}`
      const cell = this.cells.get(key)
      if (cell) cell.push(item)
      else this.cells.set(key, [item])
    }
  }

  /** Others within so many kilometres, nearest first. */
  near(of: Placed, km: number, most: number): Item[] {
    if (of.latitude === null || of.longitude === null) return []
    const { latitude, longitude } = of
    const rows = Math.ceil(km / kmPerDegree / cellDegrees)
    const columns = Math.ceil(km / (kmPerDegree * Math.max(0.05, Math.cos((latitude * Math.PI) / 180))) / cellDegrees)
    const found: { item: Item; km: number }[] = []
    for (let row = -rows; row <= rows; row++) {
      for (let column = -columns; column <= columns; column++) {
        for (const item of this.cells.get(`${cellOf(latitude) + row},${cellOf(longitude) + column}`) ?? []) {
          const away = distanceKm(latitude, longitude, item.latitude ?? 0, item.longitude ?? 0)
          if (item.serial !== of.serial && away <= km) found.push({ item, km: away })
        }
      }
    }
    return found
      .toSorted((one, other) => one.km - other.km)
      .slice(0, most)
      .map(({ item }) => item)
  }
}

/** Over such distances the earth is flat. */
function distanceKm(latitude: number, longitude: number, otherLatitude: number, otherLongitude: number): number {
  const north = (otherLatitude - latitude) * kmPerDegree
  const east = (otherLongitude - longitude) * kmPerDegree * Math.cos((latitude * Math.PI) / 180)
  return Math.hypot(north, east)
}
