import type { IAuthenticateGeneric, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';

/** How n8n reaches an Ujumbe server: where it is, and an API token of an account. */
export class UjumbeApi implements ICredentialType {
  name = 'ujumbeApi';

  displayName = 'Ujumbe API';

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'http://127.0.0.1:3000',
      placeholder: 'e.g. https://sms.example.com',
      required: true,
      description: 'Where the Ujumbe router is mounted, without /api/v1 and without a slash at the end',
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
    request: { baseURL: '={{$credentials.baseUrl}}', url: '/api/v1/balance' },
  };
}
