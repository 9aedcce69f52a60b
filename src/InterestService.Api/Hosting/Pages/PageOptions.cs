using System.ComponentModel.DataAnnotations;

namespace InterestService.Api.Hosting.Pages;

/// <summary>Who may open the pages of the service, in section <c>InterestService:Pages</c>. <c>/metrics</c> is no page and asks for a key itself.</summary>
internal sealed class PageOptions
{
    public const string Subsection = "Pages";

    /// <summary><c>/dashboard</c>: files without data, which call the API with the key that the visitor types in. Default <see cref="PageAccess.Anyone"/>.</summary>
    [EnumDataType(typeof(PageAccess))]
    public PageAccess Dashboard { get; set; } = PageAccess.Anyone;

    /// <summary><c>/swagger</c>: the description of the API, without data. Default <see cref="PageAccess.Anyone"/>.</summary>
    [EnumDataType(typeof(PageAccess))]
    public PageAccess Swagger { get; set; } = PageAccess.Anyone;

    /// <summary><c>/hangfire</c>: the queue of jobs, which can be deleted there. Default <see cref="PageAccess.Local"/>.</summary>
    [EnumDataType(typeof(PageAccess))]
    public PageAccess Hangfire { get; set; } = PageAccess.Local;
}

/// <summary>Who may open a page.</summary>
internal enum PageAccess
{
    /// <summary>Everyone who reaches the service.</summary>
    Anyone,

    /// <summary>Callers on the same machine.</summary>
    Local,

    /// <summary>Callers with a key of the scope <c>admin</c>, which browsers ask for as a password, in Development also callers on the same machine.</summary>
    Admin,

    /// <summary>Nobody: the page does not exist.</summary>
    Nobody,
}
