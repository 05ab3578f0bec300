/** A message as this page shows it; without `at` the server has not confirmed it yet. */
export interface Message {
  id: string
  from: string | number | null
  text: string
  at?: number
}
