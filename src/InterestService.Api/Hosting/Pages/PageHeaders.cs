namespace InterestService.Api.Hosting.Pages;

/// <summary>The headers of pages.</summary>
internal static class PageHeaders
{
    /// <summary>Only files of this origin: no inline script or style, no other site, no frame around the page.</summary>
    public const string OwnFilesOnly =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    /// <summary>The same with the inline styles and images of Swagger UI and Hangfire.</summary>
    public const string InlineStyles =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; base-uri 'none'; "
        + "form-action 'none'; frame-ancestors 'none'";

    public static void Add(IHeaderDictionary headers, string contentSecurityPolicy)
    {
        headers.ContentSecurityPolicy = contentSecurityPolicy;
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
    }
}
