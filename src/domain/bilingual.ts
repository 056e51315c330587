/** Text for slips and screens: Chinese first, English beside it. */
export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}
