namespace InterestService.Api.Hosting;

/// <summary>The program cannot start, and whoever started it can mend that: the message is all they need.</summary>
internal sealed class StartupException(string message) : Exception(message);
