const NAMES = [
  'Alder',
  'Aspen',
  'Birch',
  'Cedar',
  'Clover',
  'Fern',
  'Hazel',
  'Ivy',
  'Juniper',
  'Laurel',
  'Linden',
  'Maple',
]
const MORE_NAMES = [
  'Moss',
  'Myrtle',
  'Oak',
  'Poppy',
  'Rowan',
  'Rush',
  'Sage',
  'Sorrel',
  'Tansy',
  'Thyme',
  'Willow',
  'Yarrow',
]
const KEY = 'name'

/** What this tab is called: drawn once, so that it is the same after a reload. */
export function visitorName(): string {
  const known = sessionStorage.getItem(KEY)
  if (known !== null) return known
  const all = [...NAMES, ...MORE_NAMES]
  const name = `${all[Math.floor(Math.random() * all.length)]} ${10 + Math.floor(Math.random() * 90)}`
  sessionStorage.setItem(KEY, name)
  return name
}
