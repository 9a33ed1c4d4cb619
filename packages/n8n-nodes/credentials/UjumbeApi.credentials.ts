import type {
  IAuthenticateGeneric,
  Icon,
  ICredentialTestRequest,
  ICredentialType,
  INodeProperties,
} from 'n8n-workflow';

const noApiThere =
  'There is no Ujumbe API at this Base URL. It is the address the router is mounted at, without /api/v1 at its end.';

const refused = (code: string, message: string) =>
  ({ type: 'responseSuccessBody', properties: { key: 'code', value: code, message } }) as const;

/** How n8n reaches an Ujumbe server: where it is, and an API token of an account. */
export class UjumbeApi implements ICredentialType {
  name = 'ujumbeApi';

  displayName = 'Ujumbe API';

  icon: Icon = { light: 'file:../icons/ujumbe.svg', dark: 'file:../icons/ujumbe.dark.svg' };

  documentationUrl = 'https://ujumbe.example/n8n#credentials';

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'http://127.0.0.1:3000',
      placeholder: 'e.g. https://sms.example.com',
      required: true,
      description: 'Where the Ujumbe router is mounted, without /api/v1',
    },
    {
      displayName: 'API Token',
      name: 'apiToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      placeholder: 'e.g. mbs_…',
      required: true,
      description: 'A token of the account that sends, from whoever runs the server. It begins with mbs_.',
    },
  ];

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: { headers: { Authorization: '=Bearer {{$credentials.apiToken}}' } },
  };

  // The balance is what any working token can read, and reading it changes nothing. A refusal is read like an answer,
  // because n8n shows sentences of its own for statuses, and these say less.
  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{$credentials.baseUrl.replace(/\\/+$/, "")}}',
      url: '/api/v1/balance',
      ignoreHttpStatusErrors: true,
    },
    rules: [
      refused('unauthenticated', 'Ujumbe does not know this API Token. Check that it is whole, or make a new one.'),
      refused('token_expired', 'This API Token has expired. Make a new one.'),
      refused('token_revoked', 'This API Token was revoked. Make a new one.'),
      refused('scope_missing', 'This API Token may not send. Make one with the scope "messages".'),
      refused('account_suspended', 'The account of this API Token is suspended.'),
      refused('not_found', noApiThere),
      { type: 'responseSuccessBody', properties: { key: 'success', value: false, message: 'Ujumbe did not answer.' } },
      // A page of another server is an answer too, but not one of ours.
      { type: 'responseSuccessBody', properties: { key: 'success', value: undefined, message: noApiThere } },
    ],
  };
}
