namespace InterestService.Api.Demo;

/// <param name="Events">Files to load; none: the built-in scenario.</param>
/// <param name="Scenario">Name of the built-in scenario, used when there are no files.</param>
/// <param name="Encoder">As in <c>POST /clusterings</c>; absent: the service chooses. So for the others.</param>
/// <param name="Clusters">A number or <c>auto</c>.</param>
internal sealed record DemoOptions(
    IReadOnlyList<FileInfo> Events,
    string Scenario = "ecommerce",
    string? Encoder = null,
    string? Algorithm = null,
    string? Clusters = null);
