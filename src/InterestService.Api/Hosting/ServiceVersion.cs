namespace InterestService.Api.Hosting;

/// <summary>The version of this build.</summary>
internal static class ServiceVersion
{
    /// <summary>Major, minor and patch, such as <c>1.0.0</c>.</summary>
    public static string Text { get; } = typeof(ServiceVersion).Assembly.GetName().Version!.ToString(3);
}
