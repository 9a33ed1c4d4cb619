import type {
  IAuthenticateGeneric,
  Icon,
  ICredentialTestRequest,
  ICredentialType,
  INodeProperties,
} from 'n8n-workflow';

const noApiThere =
  'There is no Ujumbe API at this Base URL. It is the address the router is mounted at, without /api/v1 at its end.';

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
      description: 'A token of the account that sends; it begins with mbs_',
    },
  ];

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: { headers: { Authorization: '=Bearer {{$credentials.apiToken}}' } },
  };

  // The balance is what any working token can read, and reading it changes nothing.
  test: ICredentialTestRequest = {
    request: { baseURL: '={{$credentials.baseUrl.replace(/\\/+$/, "")}}', url: '/api/v1/balance' },
    rules: [
      {
        type: 'responseCode',
        properties: {
          value: 401,
          message: 'Ujumbe does not know this API Token. It may be mistyped, expired or revoked; make a new one.',
        },
      },
      {
        type: 'responseCode',
        properties: { value: 403, message: 'The account is suspended, or the token lacks the scope "messages".' },
      },
      { type: 'responseCode', properties: { value: 404, message: noApiThere } },
      { type: 'responseCode', properties: { value: 405, message: noApiThere } },
      // A page of another server is an answer too, but not one of ours.
      { type: 'responseSuccessBody', properties: { key: 'success', value: undefined, message: noApiThere } },
      // n8n reads both kinds from one list; its type knows lists of one kind only.
    ] as NonNullable<ICredentialTestRequest['rules']>,
  };
}
