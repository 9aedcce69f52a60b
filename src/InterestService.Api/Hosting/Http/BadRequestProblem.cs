using System.Text.Json;
using System.Text.RegularExpressions;
using InterestService.Api.Requests;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;

namespace InterestService.Api.Hosting.Http;

/// <summary>
/// Turns the framework's message about a request that it cannot bind into terms of the contract: fields by their names, no .NET
/// types.
/// </summary>
internal static partial class BadRequestProblem
{
    public static async Task<bool> WriteAsync(HttpContext context, BadHttpRequestException exception, IProblemDetailsService problems)
    {
        var problem = exception.InnerException is JsonException json ? DescribeJson(json) : DescribeBinding(context, exception);
        problem.Status ??= exception.StatusCode;
        context.Response.StatusCode = problem.Status.Value;
        return await problems.TryWriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = problem });
    }

    private static ProblemDetails DescribeJson(JsonException exception)
    {
        string where = exception.LineNumber is null ? "" : $" (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})";
        string field = (exception.Path ?? "$").TrimStart('$').TrimStart('.');
        if (UnknownField().Match(exception.Message) is { Success: true } unknown) return Invalid(Full(field, unknown.Groups[1].Value), $"There is no such field{where}.");
        if (SecondField().Match(exception.Message) is { Success: true } second) return Invalid(Full(field, second.Groups[1].Value), $"The field is given twice{where}.");
        bool isBody = field.Length == 0;
        if (exception is JsonValueException && !isBody) return Invalid(field, exception.Message);
        if (WrongType().Match(exception.Message) is { Success: true } type)
            return isBody ? Body($"Expected a JSON object{where}.") : Invalid(field, $"Expected {(IsList(type.Groups[1].Value) ? "a list" : "an object")}{where}.");
        return Body($"{JsonFaults.Reason(exception)}{where}");
    }

    /// <summary>Returns the path of a field whose own name the reader's path may lack.</summary>
    private static string Full(string path, string name) =>
        path.Length == 0 ? name
        : name.Length == 0 || path.Equals(name, StringComparison.OrdinalIgnoreCase) || path.EndsWith($".{name}", StringComparison.OrdinalIgnoreCase) ? path
        : $"{path}.{name}";

    /// <summary>Returns whether a type of the contract is a list; values that are neither lists nor objects have converters that say more.</summary>
    private static bool IsList(string type) => type.StartsWith("System.Collections.", StringComparison.Ordinal) || type.EndsWith("[]", StringComparison.Ordinal);

    private static ProblemDetails DescribeBinding(HttpContext context, BadHttpRequestException exception)
    {
        if (exception.StatusCode == StatusCodes.Status415UnsupportedMediaType) return new ProblemDetails(); // told as where routing finds it
        if (exception.Message.StartsWith("Implicit body inferred", StringComparison.Ordinal)) return Body("Expected a JSON object; there is no body, or it is null.");
        if (MissingParameter().Match(exception.Message) is { Success: true } missing)
            return Invalid(missing.Groups["name"].Value, JsonFaults.Unexpected(Expected(missing.Groups["type"].Value), "nothing"));
        if (FailedParameter().Match(exception.Message) is not { Success: true } failed)
            return new ProblemDetails { Title = "The request is not valid.", Detail = exception.Message };
        string name = failed.Groups["name"].Value, fault = JsonFaults.Unexpected(Expected(failed.Groups["type"].Value), $"'{failed.Groups["value"].Value}'");
        // What has no id of its kind does not exist.
        bool isId = context.Features.Get<IExceptionHandlerFeature>()?.RouteValues?.ContainsKey(name) is true;
        return isId ? new ProblemDetails { Status = StatusCodes.Status404NotFound, Title = "There is no such id.", Detail = fault } : Invalid(name, fault);
    }

    /// <summary>Describes the values of a parameter.</summary>
    /// <param name="type">Type of the parameter, as the framework writes it.</param>
    private static string Expected(string type) => type.Replace("Nullable<", "", StringComparison.Ordinal).TrimEnd('>', '?') switch
    {
        "int" => PlainValues.WholeNumber,
        "bool" => PlainValues.Flag,
        "Guid" => "a UUID",
        _ => "a text",
    };

    private static HttpValidationProblemDetails Invalid(string field, string message) =>
        new(new Dictionary<string, string[]> { [field] = [message] }) { Title = "One or more validation errors occurred." };

    private static ProblemDetails Body(string detail) => new() { Title = "The body is not what was expected.", Detail = detail };

    [GeneratedRegex("^The JSON property '([^']*)' could not be mapped")]
    private static partial Regex UnknownField();

    [GeneratedRegex("^Duplicate propert(?:y '([^']*)'|ies not allowed)")] // of a dictionary the path alone has the name
    private static partial Regex SecondField();

    [GeneratedRegex("could not be converted to ([^ ]+?)\\.? ")]
    private static partial Regex WrongType();

    [GeneratedRegex("^Required parameter \"(?<type>[^ ]+) (?<name>[^\"]+)\" was not provided")]
    private static partial Regex MissingParameter();

    [GeneratedRegex("^Failed to bind parameter \"(?<type>[^ ]+) (?<name>[^\"]+)\" from \"(?<value>.*)\"\\.$")]
    private static partial Regex FailedParameter();
}
