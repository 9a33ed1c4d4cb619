/** A questionnaire of an account's. Times are milliseconds since the epoch. */
export interface Survey {
  id: string;
  accountId: string;
  name: string;
  status: string;
  /** In the order they are asked. */
  questions: readonly SurveyQuestion[];
  createdAt: number;
}

export interface SurveyQuestion {
  id: string;
  text: string;
  type: 'single_choice' | 'text' | 'number';
  options: readonly { value: string; label: string }[];
}

/** What one person has answered. */
export interface SurveyResponse {
  id: string;
  /** E.164. */
  phone: string;
  answers: readonly { questionId: string; answer: string }[];
  completed: boolean;
  createdAt: number;
}

/** Surveys as their owner reads them. */
export interface Surveys {
  list(accountId: string): Promise<Survey[]>;
  /** @throws SmsError `not_found` */
  get(accountId: string, surveyId: string): Promise<Survey>;
  /** Newest first. @throws SmsError `not_found` */
  responses(
    accountId: string,
    surveyId: string,
    filter: { phone?: string | undefined },
    page: { limit: number; offset: number },
  ): Promise<{ responses: SurveyResponse[]; total: number }>;
}
