namespace InterestService.Api.Hosting;

/// <summary>Endpoint metadata: the types of the body that an endpoint reads itself. Of the others the framework reads the body, as JSON.</summary>
/// <param name="MediaTypes">Separated by commas.</param>
internal sealed record BodyTypes(string MediaTypes)
{
    /// <summary>Title of a problem with a format or an encoding of a body.</summary>
    public const string UnsupportedTitle = "The format is not supported.";

    /// <summary>Says which <c>Content-Type</c> was found in place of which.</summary>
    public static string DescribeUnsupported(HttpContext context)
    {
        // The routing's own endpoint for 415 has no route; it stands for those whose body the framework reads.
        string expected = context.GetEndpoint() is RouteEndpoint endpoint ? endpoint.Metadata.GetMetadata<BodyTypes>()?.MediaTypes ?? "no body and no Content-Type" : "application/json";
        return DescribeUnsupported(context.Request.ContentType, expected);
    }

    /// <inheritdoc cref="DescribeUnsupported(HttpContext)"/>
    public static string DescribeUnsupported(string? found, string expected) =>
        string.IsNullOrEmpty(found) ? $"Content-Type is missing; send {expected}." : $"Content-Type {found} is not supported; send {expected}.";
}
