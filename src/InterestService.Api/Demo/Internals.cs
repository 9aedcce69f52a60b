using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("InterestService.Api.Tests")]
