namespace InterestService.Api.Hosting;

/// <summary>
/// Tells browsers with every answer not to guess its type: what callers have uploaded, such as a title, never runs as a page or a script because it looks
/// like one (https://fetch.spec.whatwg.org/#x-content-type-options-header).
/// </summary>
internal static class ContentSniffing
{
    /// <summary>The header, as it is sent.</summary>
    public const string Line = $"X-Content-Type-Options: {Never}";

    private const string Never = "nosniff";

    /// <summary>Stands before everything that answers.</summary>
    public static void UseNoSniffing(this WebApplication app) => app.Use((context, next) =>
    {
        Forbid(context.Response);
        return next(context);
    });

    /// <summary>Sets the header again after the headers of an answer have been removed.</summary>
    public static void Forbid(HttpResponse response) => response.Headers.XContentTypeOptions = Never;
}
