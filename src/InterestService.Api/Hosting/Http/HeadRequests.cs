namespace InterestService.Api.Hosting.Http;

/// <summary>Answers HEAD as GET without the body (RFC 9110, 9.3.2), for every resource.</summary>
internal static class HeadRequests
{
    public static void UseHead(this WebApplication app) => app.Use((context, next) =>
    {
        if (HttpMethods.IsHead(context.Request.Method))
        {
            context.Request.Method = HttpMethods.Get;
            context.Response.Body = Stream.Null;
        }

        return next(context);
    });

    /// <summary>Returns whether the caller reads the body; an endpoint that writes for long asks it.</summary>
    public static bool WantsBody(HttpContext context) => context.Response.Body != Stream.Null;
}
