import { expect, test } from 'vitest'
import { Neighbours } from './neighbours.ts'

const place = (serial: string, latitude: number | null, longitude: number | null) => ({ serial, latitude, longitude })

test('what lies within three kilometres is found, nearest first, across the edges of cells', () => {
  const here = place('HERE', 53.3499, -6.2501)
  const fleet = [
    here,
    place('ONE-KM-NORTH', 53.3589, -6.2501),
    place('TWO-KM-EAST', 53.3499, -6.22),
    place('FIVE-KM-SOUTH', 53.305, -6.2501),
    place('NOWHERE', null, null),
  ]
  const neighbours = new Neighbours(fleet)
  expect(neighbours.near(here, 3, 10).map(({ serial }) => serial)).toEqual(['ONE-KM-NORTH', 'TWO-KM-EAST'])
  expect(neighbours.near(here, 3, 1)).toHaveLength(1)
  expect(neighbours.near(place('NOWHERE', null, null), 3, 10)).toEqual([])
})

test('near the pole a degree of longitude is short', () => {
  const ship = place('SHIP', 78, 15)
  const neighbours = new Neighbours([place('NEAR', 78, 15.1), place('FAR', 78, 15.2)])
  expect(neighbours.near(ship, 3, 10).map(({ serial }) => serial)).toEqual(['NEAR'])
})
