/** What stands between a node and the hub, until it is cut: what was said over it before may have arrived, or not. */
export interface Link {
  open: boolean
}
