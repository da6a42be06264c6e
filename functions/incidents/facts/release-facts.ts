/** What is kept of the build behind a release: the evidence writes it, the review judges it. Pure. */
export interface ReleaseFacts {
  id: string;
  url?: string;
  /** The trigger's name; absent when somebody started the build by hand. */
  trigger?: string;
  branch?: string;
  /** As Cloud Build says it: SUCCESS, FAILURE, WORKING, … */
  status?: string;
  steps: { name: string; status?: string; mayFail: boolean }[];
}
