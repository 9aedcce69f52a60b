namespace InterestService.Api.Demo;

/// <summary>Ends the demo. The message is written for the person at the terminal and may have several lines.</summary>
internal sealed class DemoException(string message) : Exception(message);
