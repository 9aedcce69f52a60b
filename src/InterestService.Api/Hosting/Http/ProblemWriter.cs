namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Writes a problem document whatever the request accepts: an error that a caller cannot read is better than none. The framework's own writer
/// writes nothing where <c>Accept</c> names no JSON.
/// </summary>
internal sealed class ProblemWriter : IProblemDetailsWriter
{
    public bool CanWrite(ProblemDetailsContext context) => true;

    public ValueTask WriteAsync(ProblemDetailsContext context) =>
        context.HttpContext.RequestServices.GetServices<IProblemDetailsWriter>().First(writer => writer is not ProblemWriter).WriteAsync(context);
}
